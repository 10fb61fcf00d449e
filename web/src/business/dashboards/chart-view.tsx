import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RecordChart } from '@/lib/api/types'
import { axisOf, piecesOf, type ChartData, type Slice } from './chart-data'

const [FIRST_WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [480, 220, 52, 26, 8]
const TONES = ['var(--accent)', 'var(--plum)', 'var(--info)', 'var(--ok)', 'var(--warn)', 'var(--bad)']
const toneOf = (index: number) => TONES[index % TONES.length]
/** The same tone comes again weaker. */
const strengthOf = (index: number) => 1 - Math.min(2, Math.floor(index / TONES.length)) * 0.35

type Props = { slices: readonly Slice[]; text: (value: number) => string; short: (value: number) => string; /** In pixels. */ width: number; /** Whether there are only whole numbers. */ whole: boolean }

function Axis({ steps, top, short, width }: { steps: readonly number[]; top: number; short: Props['short']; width: number }) {
  const y = (value: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)
  return (
    <g className="text-2xs" fill="var(--fg-3)">
      {steps.map((step) => (
        <g key={step}>
          <line x1={LEFT} x2={width} y1={y(step)} y2={y(step)} stroke="var(--line)" strokeWidth={1} />
          <text x={LEFT - 6} y={y(step)} textAnchor="end" dominantBaseline="central" fontSize={10}>
            {short(step)}
          </text>
        </g>
      ))}
    </g>
  )
}

/** Every so many labels fit beside each other. */
const every = (count: number, most: number) => Math.max(1, Math.ceil(count / most))

const cutText = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text)

function Bars({ slices, text, short, width, whole }: Props) {
  const { top, steps } = axisOf(slices.map(({ value }) => value), whole)
  const [room, height] = [(width - LEFT) / Math.max(1, slices.length), HEIGHT - TOP - BOTTOM]
  const skip = every(slices.length, Math.max(2, Math.floor((width - LEFT) / 56)))
  return (
    <>
      <Axis steps={steps} top={top} short={short} width={width} />
      {slices.map(({ key, label, value }, index) => {
        const tall = (Math.max(0, value) / top) * height
        return (
          <g key={key}>
            <rect x={LEFT + room * index + room * 0.16} y={TOP + height - tall} width={room * 0.68} height={tall} rx={Math.min(3, room * 0.2)} fill="var(--accent)">
              <title>{`${label}: ${text(value)}`}</title>
            </rect>
            {index % skip === 0 && (
              <text x={LEFT + room * (index + 0.5)} y={HEIGHT - 10} textAnchor="middle" fontSize={10} fill="var(--fg-2)">
                {cutText(label, Math.max(4, Math.floor((room * skip) / 6)))}
              </text>
            )}
          </g>
        )
      })}
    </>
  )
}

function Line({ slices, text, short, width, whole }: Props) {
  const { top, steps } = axisOf(slices.map(({ value }) => value), whole)
  const height = HEIGHT - TOP - BOTTOM
  const room = (width - LEFT - 32) / Math.max(1, slices.length - 1)
  const at = ({ value }: Slice, index: number) => ({ x: slices.length === 1 ? (width + LEFT) / 2 : LEFT + 12 + room * index, y: TOP + height * (1 - Math.max(0, value) / top) })
  const points = slices.map(at)
  const path = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')
  const [first, last] = [points[0], points.at(-1)]
  const skip = every(slices.length, Math.max(2, Math.floor((width - LEFT) / 56)))
  return (
    <>
      <Axis steps={steps} top={top} short={short} width={width} />
      {first && last && points.length > 1 && <path d={`${path}L${last.x} ${TOP + height}L${first.x} ${TOP + height}Z`} fill="var(--accent)" opacity={0.12} />}
      <path d={path} fill="none" stroke="var(--accent)" strokeWidth={2} strokeLinejoin="round" />
      {slices.map((slice, index) => {
        const { x, y } = points[index] ?? { x: 0, y: 0 }
        return (
          <g key={slice.key}>
            <circle cx={x} cy={y} r={3} fill="var(--surface)" stroke="var(--accent)" strokeWidth={2}>
              <title>{`${slice.label}: ${text(slice.value)}`}</title>
            </circle>
            {index % skip === 0 && (
              <text x={x} y={HEIGHT - 10} textAnchor="middle" fontSize={10} fill="var(--fg-2)">
                {slice.label}
              </text>
            )}
          </g>
        )
      })}
    </>
  )
}

const RADIUS = 80
const AROUND = 2 * Math.PI * RADIUS

function Donut({ slices, text }: Pick<Props, 'slices' | 'text'>) {
  const pieces = piecesOf(slices)
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-6 gap-y-3">
      <svg viewBox="0 0 220 220" aria-hidden className="w-44 max-w-full shrink-0 -rotate-90">
        {pieces.map(({ key, label, value, from, part }, index) => (
          <circle key={key} cx={110} cy={110} r={RADIUS} fill="none" stroke={toneOf(index)} strokeOpacity={strengthOf(index)} strokeWidth={36} strokeDasharray={`${Math.max(0, part * AROUND - (pieces.length > 1 ? 2 : 0))} ${AROUND}`} strokeDashoffset={-from * AROUND}>
            <title>{`${label}: ${text(value)}`}</title>
          </circle>
        ))}
      </svg>
      <ul className="min-w-44 flex-1 text-xs">
        {pieces.map(({ key, label, value, part }, index) => (
          <li key={key} className="flex items-center gap-2 py-0.5">
            <span aria-hidden className="size-2.5 shrink-0 rounded-[3px]" style={{ background: toneOf(index), opacity: strengthOf(index) }} />
            <span className="min-w-0 flex-1 truncate text-fg-2">{label}</span>
            <span className="font-medium tnum">{text(value)}</span>
            <span className="w-9 text-right text-fg-3 tnum">{Math.round(part * 100)} %</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The same as a table, for those who do not see the drawing or want the numbers. */
export function ChartTable({ chart, data, text, by }: { chart: RecordChart; data: ChartData; text: Props['text']; by: string }) {
  const { t } = useTranslation('business')
  return (
    <div className="max-h-56 overflow-y-auto">
      <table className="w-full text-xs">
        <caption className="sr-only">{chart.title}</caption>
        <thead>
          <tr className="border-b text-left text-fg-3">
            <th scope="col" className="py-1 font-medium">{by}</th>
            <th scope="col" className="py-1 text-right font-medium">{t('chart.value')}</th>
          </tr>
        </thead>
        <tbody>
          {data.slices.map(({ key, label, value }) => (
            <tr key={key} className="border-b last:border-0">
              <th scope="row" className="py-1 pr-2 text-left font-normal text-fg-2">{label}</th>
              <td className="py-1 text-right font-medium tnum">{text(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

type ViewProps = { chart: RecordChart; data: ChartData; text: Props['text']; short: Props['short'] }

/** How wide a place is: letters keep their size in a drawing that is as wide as its place. */
function useWidth() {
  const [width, setWidth] = useState(FIRST_WIDTH)
  const frame = useCallback((place: HTMLDivElement | null) => {
    if (!place) return undefined
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(160, Math.round(entry.contentRect.width))))
    observer.observe(place)
    return () => observer.disconnect()
  }, [])
  return [width, frame] as const
}

/** A chart as a drawing. */
export function ChartView({ chart, data, text, short }: ViewProps) {
  const { t } = useTranslation('business')
  const { slices } = data
  const [width, frame] = useWidth()
  if (chart.form === 'number') {
    return (
      <p data-number className="flex min-h-24 items-center justify-center px-2 text-center text-[2rem] leading-none font-semibold tnum">
        {text(slices[0]?.value ?? 0)}
      </p>
    )
  }
  if (slices.length === 0) return <p className="py-12 text-center text-fg-3">{t('chart.nothing')}</p>
  if (chart.form === 'donut') return <Donut slices={slices} text={text} />
  const drawn = { slices, text, short, width, whole: !chart.sum }
  const said = slices.map(({ label, value }) => `${label}: ${text(value)}`).join(', ')
  return (
    <div ref={frame}>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={`${chart.title}. ${said}`} className="w-full">
        {chart.form === 'bar' ? <Bars {...drawn} /> : <Line {...drawn} />}
      </svg>
    </div>
  )
}
