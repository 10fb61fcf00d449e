import { File as FileIcon, FileArchive, FileAudio, FileCode, FileSpreadsheet, FileText, FileVideo, type LucideIcon } from 'lucide-react'
import { createElement } from 'react'

function iconOf(type: string): LucideIcon {
  if (type.startsWith('audio/')) return FileAudio
  if (type.startsWith('video/')) return FileVideo
  if (/zip|tar|compressed/.test(type)) return FileArchive
  if (/sheet|csv|excel/.test(type)) return FileSpreadsheet
  if (/json|xml|javascript|html/.test(type)) return FileCode
  return /text|pdf|word|document/.test(type) ? FileText : FileIcon
}

export const FileSign = ({ type, size }: { type: string; size: number }) => createElement(iconOf(type), { 'aria-hidden': true, size, strokeWidth: 1.75 })
