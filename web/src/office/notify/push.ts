import { readSetting, writeSetting } from '@/lib/storage'
import { addPush, readPushKey, removePush } from './api'

const ID = 'push-id'

export const pushSupported = () => 'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

const bytesOf = (base64url: string) => {
  const base64 = base64url.replaceAll('-', '+').replaceAll('_', '/')
  return Uint8Array.from(atob(base64), (char) => char.codePointAt(0) ?? 0)
}

export async function isPushOn() {
  if (!pushSupported()) return false
  const registration = await navigator.serviceWorker.getRegistration()
  return (await registration?.pushManager.getSubscription()) != null
}

/** False: the person (or their browser) did not allow it. */
export async function turnPushOn(): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false
  const registration = await navigator.serviceWorker.ready
  const { key } = await readPushKey()
  const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) })
  const { endpoint = '', keys } = subscription.toJSON()
  const { id } = await addPush({ endpoint, keys: { p256dh: keys?.p256dh ?? '', auth: keys?.auth ?? '' } })
  writeSetting(ID, id)
  return true
}

export async function turnPushOff() {
  const registration = await navigator.serviceWorker.getRegistration()
  const subscription = await registration?.pushManager.getSubscription()
  await subscription?.unsubscribe()
  const id = readSetting(ID)
  writeSetting(ID, null)
  if (id) await removePush(id)
}
