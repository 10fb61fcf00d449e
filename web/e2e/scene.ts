import type { Chat } from './chat'
import { CSRF, type PersonName } from './people'

/** What a business talks of, for pictures. */
export async function talkOfTheTeam({ ana, ben, yuki }: Record<PersonName, Chat>) {
  const everybody: PersonName[] = ['ben', 'yuki']
  const { person } = ana
  const ids = { ana: await person.idOf('ana'), ben: await person.idOf('ben'), yuki: await person.idOf('yuki') }
  for (const [name, text] of [['announcements', 'The office is closed on Friday.'], ['support', 'Ticket 4182 is solved, thank you!'], ['sales', 'Harbour Hotels has signed.']] as const) {
    await yuki.post(await ana.createRoom(name, { people: everybody }), text)
  }
  const plan = await ana.createRoom('leadership', { people: ['ben'], hidden: true })
  await ben.post(plan, `<@${ids.ana}> may I have ten minutes before the meeting?`)
  const direct = (await person.api('post', '/chat/rooms', { kind: 'direct', members: [ids.yuki] })) as { id: string }
  await yuki.post(direct.id, 'The contract is in your documents.')
  await ben.person.api('put', '/chat/me', { status: { emoji: '🎯', text: 'Focus time', expires_at: null } })

  const room = await ana.createRoom('website', { people: everybody })
  await person.api('patch', `/chat/rooms/${room}`, { description: 'The new website, from the first sketch to the launch' })
  const launch = { topic: 'Launch' }
  await ana.post(room, 'Good morning! Here is where we are:\n\n- Texts: **done**, thanks <@' + ids.yuki + '>\n- Pricing page: waits for *one* decision', launch)
  const { seq: thread } = await ben.post(room, 'The start page loads in **0.8 s** now. What changed:\n\n```ts\nconst images = await Promise.all(\n  sizes.map((width) => resize(original, { width, format: "avif" })),\n)\n```', { topic: 'Speed' })
  await ana.post(room, 'Two sizes, or all of them?', { thread })
  await ben.post(room, 'All of them, the server does it once.', { thread })
  await yuki.post(room, 'And the header, in the colours that we chose:', { ...launch, files: [await header(yuki, room)] })
  for (const [chat, emoji] of [[ana, '🎉'], [yuki, '🎉'], [ana, '👀']] as const) {
    await chat.person.api('put', `/chat/rooms/${room}/messages/${thread}/reactions/${encodeURIComponent(emoji)}`)
  }
  await ben.post(room, 'Shall we go live on Monday at 9:00?', launch)
  const { seq: last } = await yuki.post(room, 'Agreed. I will tell everybody in the morning.', launch)
  await ana.person.api('put', `/chat/rooms/${room}/messages/${last}/reactions/${encodeURIComponent('👍')}`)
  await ben.person.api('put', `/chat/rooms/${room}/messages/${last}/reactions/${encodeURIComponent('👍')}`)
  return { room, thread }
}

/** A picture that the browser draws. */
async function header({ page, person }: Chat, room: string) {
  const url = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 800, height: 260 })
    const draw = canvas.getContext('2d')
    if (!draw) return ''
    const sky = draw.createLinearGradient(0, 0, 800, 260)
    for (const [at, colour] of [[0, '#4f46e5'], [0.55, '#db2777'], [1, '#f59e0b']] as const) sky.addColorStop(at, colour)
    draw.fillStyle = sky
    draw.fillRect(0, 0, 800, 260)
    draw.fillStyle = 'rgb(255 255 255 / 0.16)'
    for (const [x, y, radius] of [[660, 60, 120], [120, 250, 150], [420, 290, 110]] as const) {
      draw.beginPath()
      draw.arc(x, y, radius, 0, 7)
      draw.fill()
    }
    draw.fillStyle = '#fff'
    draw.font = '600 54px system-ui, sans-serif'
    draw.fillText('Work that flows.', 56, 146)
    return canvas.toDataURL('image/png')
  })
  const answer = await person.page.request.post(`${person.url}/api/v1/chat/rooms/${room}/files?name=header.png`, {
    headers: { ...CSRF, Origin: person.url, 'Content-Type': 'image/png' }, data: Buffer.from(url.split(',')[1] ?? '', 'base64'),
  })
  return ((await answer.json()) as { hash: string }).hash
}
