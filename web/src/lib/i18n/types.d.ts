import 'i18next'
import type activate from '../../../locales/en/activate.json'
import type admin from '../../../locales/en/admin.json'
import type apidocs from '../../../locales/en/apidocs.json'
import type business from '../../../locales/en/business.json'
import type chat from '../../../locales/en/chat.json'
import type common from '../../../locales/en/common.json'
import type documents from '../../../locales/en/documents.json'
import type editor from '../../../locales/en/editor.json'
import type imports from '../../../locales/en/imports.json'
import type integrations from '../../../locales/en/integrations.json'
import type notify from '../../../locales/en/notify.json'
import type records from '../../../locales/en/records.json'
import type shell from '../../../locales/en/shell.json'
import type signin from '../../../locales/en/signin.json'
import type templates from '../../../locales/en/templates.json'

// English is the source: a key that it lacks is a type error.
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common'
    keySeparator: false
    resources: {
      activate: typeof activate
      admin: typeof admin
      apidocs: typeof apidocs
      business: typeof business
      chat: typeof chat
      common: typeof common
      documents: typeof documents
      editor: typeof editor
      imports: typeof imports
      integrations: typeof integrations
      notify: typeof notify
      records: typeof records
      shell: typeof shell
      signin: typeof signin
      templates: typeof templates
    }
  }
}
