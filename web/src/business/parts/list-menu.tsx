import { useNavigate } from '@tanstack/react-router'
import { Download, Ellipsis, FileUp, History, Settings2, ShieldCheck, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePermission } from '@/lib/session'
import { IconButton } from '@/ui/button'
import { Menu, MenuItem, MenuSeparator } from '@/ui/menu'
import type { ListSearch } from '../model/addresses'
import { download, exportUrl, TABLE_FORMATS } from '../model/export'
import type { Condition, Kind } from '../model/types'
import { columnsOf, useSettings } from '../model/view-settings'
import type { ViewProps } from '../list-page'
import { AsOfDialog } from './as-of'

type MenuProps = { kind: Kind; search: ListSearch; conditions: readonly Condition[]; onSearch: ViewProps['onSearch'] }

/** What is done more rarely with a list. */
export default function ListMenu({ kind, search, conditions, onSearch }: MenuProps) {
  const { t } = useTranslation('business')
  const settings = useSettings(kind)
  const navigate = useNavigate()
  const mayManage = usePermission('tenant.manage')
  const [asking, setAsking] = useState(false)
  const trigger = (
    <IconButton label={t('more')}>
      <Ellipsis size={17} strokeWidth={1.75} />
    </IconButton>
  )
  return (
    <>
      <Menu trigger={trigger}>
        <MenuItem icon={History} onSelect={() => setAsking(true)}>
          {t('as_of.open')}
        </MenuItem>
        <MenuItem icon={Trash2} onSelect={() => onSearch({ trash: search.trash ? undefined : true, when: undefined, view: undefined, q: undefined, filter: undefined, sort: undefined })}>
          {search.trash ? t('trash.leave') : t('trash.open')}
        </MenuItem>
        <MenuSeparator />
        {kind.access.create && (
          <MenuItem icon={FileUp} onSelect={() => void navigate({ to: '/business/$kind/import', params: { kind: kind.name }, search: {} })}>
            {t('import.open')}
          </MenuItem>
        )}
        {/* What was deleted and what once was is not written to files. */}
        {!search.trash && !search.when &&
          TABLE_FORMATS.map((format) => (
            <MenuItem key={format} icon={Download} onSelect={() => download(exportUrl({ kind: kind.name, search, conditions, columns: columnsOf(kind, settings.columns) }, format))}>
              {t(`export.${format}`)}
            </MenuItem>
          ))}
        {mayManage && (
          <>
            <MenuSeparator />
            <MenuItem icon={Settings2} onSelect={() => void navigate({ to: '/business/$kind/fields', params: { kind: kind.name } })}>
              {t('fields.open')}
            </MenuItem>
            <MenuItem icon={ShieldCheck} onSelect={() => void navigate({ to: '/business/$kind/access', params: { kind: kind.name } })}>
              {t('access.open')}
            </MenuItem>
          </>
        )}
      </Menu>
      {asking && (
        <AsOfDialog
          onClose={() => setAsking(false)}
          onChoose={(when) => {
            setAsking(false)
            onSearch({ when, trash: undefined })
          }}
        />
      )}
    </>
  )
}
