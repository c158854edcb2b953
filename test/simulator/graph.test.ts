import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Bench, Fields } from './receiver.ts'
import {
  accessToken,
  alice,
  answerSdp,
  line,
  eventually,
  listOf,
  otherLine,
  startBench,
  text,
} from './receiver.ts'

let bench: Bench
beforeEach(async () => {
  bench = await startBench()
})
afterEach(() => bench.close())

const send = (body: Fields) => bench.graph('POST', `${line}/messages`, body)
const interactive = (content: Fields): Fields => ({
  messaging_product: 'whatsapp',
  to: alice,
  type: 'interactive',
  interactive: content,
})
const codeOf = ({ body }: { body: Fields }): unknown =>
  (body['error'] as Fields | undefined)?.['code']
const statuses = () => bench.changes().flatMap(({ value }) => listOf(value, 'statuses'))

describe('the token', () => {
  it('is asked for: 401 with code 190 in the documented shape', async () => {
    const answer = await fetch(`${bench.simulator.url}/v26.0/${line}/settings`)
    expect(answer.status).toBe(401)
    expect(await answer.json()).toEqual({
      error: {
        message: expect.stringContaining('Invalid OAuth access token'),
        type: 'OAuthException',
        code: 190,
        fbtrace_id: expect.any(String),
      },
    })
    bench.simulator.account.tokenExpiresAt = 1
    expect(codeOf(await bench.graph('GET', `${line}/settings`))).toBe(190)
  })
})

describe('messages', () => {
  it('answer with ids and bring statuses with our callback data', async () => {
    const call = await bench.simulator.call({ from: alice, line })
    const { status, body } = await send({ ...text(alice), biz_opaque_callback_data: 'k1' })
    expect(status).toBe(200)
    expect(body).toEqual({
      messaging_product: 'whatsapp',
      contacts: [{ input: alice, wa_id: '447700900123' }],
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    })
    await bench.simulator.idle()
    expect(
      statuses()
        .map((entry) => entry['status'])
        .sort(),
    ).toEqual(['delivered', 'sent'])
    expect(statuses().find(({ status: told }) => told === 'sent')).toEqual({
      id: listOf(body, 'messages')[0]?.['id'],
      status: 'sent',
      timestamp: expect.stringMatching(/^\d{10}$/),
      recipient_id: '447700900123',
      recipient_user_id: call.userId,
      biz_opaque_callback_data: 'k1',
    })
    expect(call.messages).toMatchObject([{ type: 'text', text: 'Sorry we missed you' }])
  })

  it('go to a user id, and to the other spelling of a Brazilian number', async () => {
    const user = 'BR.13491208655302741918'
    await bench.simulator.call({ from: '+551187654321', userId: user, line })
    const byId = await send({
      messaging_product: 'whatsapp',
      recipient: user,
      type: 'text',
      text: { body: 'a' },
    })
    expect(byId.body['contacts']).toEqual([{ input: user, user_id: user }])
    const byPhone = await send(text('+5511987654321'))
    expect(byPhone.body['contacts']).toEqual([{ input: '+5511987654321', wa_id: '551187654321' }])
    expect(bench.simulator.inbox({ userId: user })).toHaveLength(2)
  })

  it('outside the 24-hour window answer 131047, a template passes', async () => {
    expect(await send(text(alice))).toMatchObject({
      status: 400,
      body: { error: { code: 131047 } },
    })
    await bench.simulator.message({ from: alice, line, text: 'hi' })
    expect((await send(text(alice))).status).toBe(200)
    bench.simulator.switches.clockSkewSeconds = 24 * 3600 + 1
    expect(codeOf(await send(text(alice)))).toBe(131047)
    const template = { name: 'missed_call', language: { code: 'en' } }
    expect(
      (await send({ messaging_product: 'whatsapp', to: alice, type: 'template', template })).status,
    ).toBe(200)
  })

  it('outside the window fail later where the switch says so', async () => {
    bench.simulator.switches.windowError = 'async'
    expect((await send(text(alice))).status).toBe(200)
    await bench.simulator.idle()
    expect(statuses()).toMatchObject([{ status: 'failed', errors: [{ code: 131047 }] }])
  })

  it('are limited to a pair and to a number', async () => {
    await bench.simulator.call({ from: alice, line })
    bench.simulator.switches.pairBurst = 2
    const codes = []
    for (let index = 0; index < 3; index += 1) codes.push(codeOf(await send(text(alice))))
    expect(codes).toEqual([undefined, undefined, 131056])
    bench.simulator.switches.throughput = 0
    expect(await send(text(alice))).toMatchObject({
      status: 429,
      body: { error: { code: 130429 } },
    })
  })

  it('of templates are checked against the approved ones', async () => {
    bench.simulator.account.templates = [{ name: 'missed_call', language: 'en', parameters: 1 }]
    const template = (name: string, parameters: Fields[]) =>
      send({
        messaging_product: 'whatsapp',
        to: alice,
        type: 'template',
        template: { name, language: { code: 'en' }, components: [{ type: 'body', parameters }] },
      })
    expect((await template('missed_call', [{ type: 'text', text: 'Ann' }])).status).toBe(200)
    expect(codeOf(await template('missed_call', []))).toBe(132000)
    expect(codeOf(await template('other', []))).toBe(132001)
  })

  const buttons = (titles: string[]) =>
    interactive({
      type: 'button',
      body: { text: 'How?' },
      action: {
        buttons: titles.map((title, index) => ({
          type: 'reply',
          reply: { id: `b${index}`, title },
        })),
      },
    })
  const urlButton = (label: string, url: string) =>
    interactive({
      type: 'cta_url',
      body: { text: 'Book' },
      action: { name: 'cta_url', parameters: { display_text: label, url } },
    })
  const callButton = (ttl: number, label = 'Call us') =>
    interactive({
      type: 'voice_call',
      body: { text: 'Call' },
      action: {
        name: 'voice_call',
        parameters: { display_text: label, ttl_minutes: ttl, payload: 'p' },
      },
    })

  it.each([
    ['a text of 4096', text(alice, 'x'.repeat(4096)), undefined],
    ['a text of 4097', text(alice, 'x'.repeat(4097)), 100],
    ['no text', { ...text(alice), text: {} }, 131008],
    ['no recipient', { ...text(alice), to: undefined }, 131008],
    ['no messaging_product', { ...text(alice), messaging_product: undefined }, 131008],
    ['a type nobody knows', { ...text(alice), type: 'hologram' }, 131051],
    ['the number of the line itself', text('+442079460000'), 131021],
    ['three buttons', buttons(['a', 'b', 'c']), undefined],
    ['four buttons', buttons(['a', 'b', 'c', 'd']), 100],
    ['equal titles', buttons(['a', 'a']), 100],
    ['a title of 21', buttons(['x'.repeat(21)]), 100],
    ['a URL button', urlButton('Book', 'https://example.com/b?c=1'), undefined],
    ['a URL button with a label of 21', urlButton('x'.repeat(21), 'https://example.com'), 100],
    ['a URL that is none', urlButton('Book', 'nowhere'), 100],
    ['a call button', callButton(100), undefined],
    ['a call button of 43201 minutes', callButton(43_201), 100],
    [
      'a callback string of 513',
      { ...text(alice), biz_opaque_callback_data: 'x'.repeat(513) },
      100,
    ],
    ['an audio with an unknown id', { ...text(alice), type: 'audio', audio: { id: '1' } }, 100],
  ])('with %s', async (_, body, code) => {
    await bench.simulator.call({ from: alice, line })
    expect(codeOf(await send(body))).toBe(code)
  })

  it('that a person writes open the window; buttons and flows are answered', async () => {
    await bench.simulator.message({
      from: alice,
      line,
      button: { id: 'cb', title: 'Call me', of: 'wamid.1' },
    })
    await bench.simulator.message({ from: alice, line, flow: { response: { slot: 'x' } } })
    await bench.simulator.idle()
    expect(bench.changes().flatMap(({ value }) => listOf(value, 'messages'))).toMatchObject([
      {
        type: 'interactive',
        context: { id: 'wamid.1' },
        interactive: { type: 'button_reply', button_reply: { id: 'cb', title: 'Call me' } },
      },
      { interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{"slot":"x"}' } } },
    ])
  })

  it('tell of a new number by a system message', async () => {
    const call = await bench.simulator.call({ from: alice, line })
    await bench.simulator.changeNumber({ from: alice, line, to: '+447700900999' })
    await bench.simulator.idle()
    expect(bench.changes().at(-1)?.value['messages']).toMatchObject([
      {
        type: 'system',
        system: {
          type: 'user_changed_number',
          wa_id: '447700900999',
          previous_user_id: call.userId,
        },
      },
    ])
  })
})

describe('block_users', () => {
  const body = { messaging_product: 'whatsapp', block_users: [{ user: alice }] }

  it('refuses one who only called, with 139100 and the reason', async () => {
    await bench.simulator.call({ from: alice, line })
    expect(await bench.graph('POST', `${line}/block_users`, body)).toMatchObject({
      status: 400,
      body: {
        block_users: {
          added_users: [],
          failed_users: [{ input: alice, wa_id: '447700900123', errors: [{ code: 131047 }] }],
        },
        error: { code: 139100, message: '(#139100) Failed to block/unblock users' },
      },
    })
  })

  it('blocks one who wrote: calls and messages stop, until unblocked', async () => {
    await bench.simulator.message({ from: alice, line, text: 'hi' })
    expect(await bench.graph('POST', `${line}/block_users`, body)).toEqual({
      status: 200,
      body: {
        messaging_product: 'whatsapp',
        block_users: { added_users: [{ input: alice, wa_id: '447700900123' }] },
      },
    })
    expect(listOf((await bench.graph('GET', `${line}/block_users`)).body, 'data')).toHaveLength(1)
    expect(codeOf(await send(text(alice)))).toBe(130403)
    expect((await bench.simulator.call({ from: alice, line })).state).toBe('refused')
    expect((await bench.graph('DELETE', `${line}/block_users`, body)).status).toBe(200)
    expect((await bench.simulator.call({ from: alice, line })).state).toBe('ringing')
  })

  it('counts a call as a message where the switch says so', async () => {
    bench.simulator.switches.callCountsAsMessage = true
    await bench.simulator.call({ from: alice, line })
    expect((await bench.graph('POST', `${line}/block_users`, body)).status).toBe(200)
  })
})

describe('settings', () => {
  const post = (calling: Fields) => bench.graph('POST', `${line}/settings`, { calling })
  const hours = (more: Fields = {}) => ({
    status: 'ENABLED',
    timezone_id: 'America/Manaus',
    weekly_operating_hours: [{ day_of_week: 'MONDAY', open_time: '0400', close_time: '1020' }],
    ...more,
  })

  it('start as NOT_SET on a fresh number and tell of what was enabled', async () => {
    const target = bench.simulator.lines.get(line)
    if (target) target.calling = {}
    expect((await bench.graph('GET', `${line}/settings`)).body).toEqual({
      calling: { status: 'NOT_SET' },
    })
    expect(await post({ status: 'ENABLED' })).toEqual({ status: 200, body: { success: true } })
    expect((await bench.graph('GET', `${line}/settings`)).body).toEqual({
      calling: {
        status: 'ENABLED',
        call_icon_visibility: 'NOT_SET',
        callback_permission_status: 'NOT_SET',
      },
    })
    await bench.simulator.idle()
    expect(bench.changes()[0]).toMatchObject({
      field: 'account_settings_update',
      value: { phone_number_settings: { phone_number_id: line, calling: { status: 'ENABLED' } } },
    })
  })

  it('replace call_hours whole: an omitted holiday_schedule is gone', async () => {
    const holiday = { date: '2099-01-01', start_time: '0000', end_time: '2359' }
    await post({ call_hours: hours({ holiday_schedule: [holiday] }) })
    await post({ call_hours: hours() })
    const { body } = await bench.graph('GET', `${line}/settings`)
    expect(body).toMatchObject({ calling: { status: 'ENABLED', call_hours: hours() } })
    expect(JSON.stringify(body)).not.toContain('holiday_schedule')
  })

  const day = (open: string, close: string) => ({
    day_of_week: 'MONDAY',
    open_time: open,
    close_time: close,
  })
  it.each([
    ['an unknown zone', hours({ timezone_id: 'Mars/Base' })],
    ['no hours', hours({ weekly_operating_hours: [] })],
    [
      'three entries a day',
      hours({
        weekly_operating_hours: [day('0100', '0200'), day('0300', '0400'), day('0500', '0600')],
      }),
    ],
    ['an overlap', hours({ weekly_operating_hours: [day('0100', '0300'), day('0200', '0400')] })],
    ['an end before the start', hours({ weekly_operating_hours: [day('0300', '0100')] })],
    ['another format', hours({ weekly_operating_hours: [day('03:00', '04:00')] })],
    [
      'a past holiday',
      hours({ holiday_schedule: [{ date: '2020-01-01', start_time: '0000', end_time: '2359' }] }),
    ],
  ])('refuse call_hours with %s', async (_, calling) => {
    expect(await post({ call_hours: calling })).toMatchObject({
      status: 400,
      body: { error: { code: 100 } },
    })
  })

  it('need a messaging limit of 2,000 and a subscription', async () => {
    const target = bench.simulator.lines.get(line)
    if (target) target.messagingLimit = 250
    expect(codeOf(await post({ status: 'ENABLED' }))).toBe(138015)
    if (target) target.isTestNumber = true
    bench.simulator.account.subscription.fields = ['messages']
    expect(codeOf(await post({ status: 'ENABLED' }))).toBe(138018)
  })

  it('show restrictions, and SIP passwords only on request', async () => {
    await bench.simulator.restrict(line, {
      type: 'RESTRICTED_USER_INITIATED_CALLING',
      reason: 'feedback',
      expiration: 1,
    })
    await post({ sip: { status: 'DISABLED', servers: [{ hostname: 'sip.example.com' }] } })
    const plain = await bench.graph('GET', `${line}/settings`)
    expect(plain.body).toMatchObject({
      calling: { restrictions: { restrictions_list: [{ expiration: 1 }] } },
    })
    expect(JSON.stringify(plain.body)).not.toContain('sip_user_password')
    const full = await bench.graph('GET', `${line}/settings?include_sip_credentials=true`)
    expect(JSON.stringify(full.body)).toContain('sip_user_password')
  })
})

describe('media', () => {
  const upload = async (fields: Record<string, string>, type = 'audio/ogg') => {
    const form = new FormData()
    for (const [key, value] of Object.entries(fields)) form.set(key, value)
    form.set('file', new Blob(['OggS....'], { type }), 'note.ogg')
    const answer = await fetch(`${bench.simulator.url}/v26.0/${line}/media`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
      body: form,
    })
    return (await answer.json()) as Fields
  }

  it('can be uploaded, described, sent as a voice note, downloaded and deleted', async () => {
    const { id } = await upload({ messaging_product: 'whatsapp', type: 'audio/ogg' })
    const { body } = await bench.graph('GET', String(id))
    expect(body).toMatchObject({
      messaging_product: 'whatsapp',
      mime_type: 'audio/ogg',
      file_size: 8,
      id,
    })
    const file = await fetch(String(body['url']), {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    expect(await file.text()).toBe('OggS....')
    expect((await fetch(String(body['url']))).status).toBe(401)
    bench.simulator.switches.readReceipts = true
    await bench.simulator.call({ from: alice, line })
    expect((await send({ ...text(alice), type: 'audio', audio: { id, voice: true } })).status).toBe(
      200,
    )
    await bench.simulator.idle()
    expect(new Set(statuses().map(({ status }) => status))).toEqual(
      new Set(['sent', 'delivered', 'read', 'played']),
    )
    expect((await bench.graph('DELETE', String(id))).body).toEqual({ success: true })
    expect((await bench.graph('GET', String(id))).status).toBe(400)
  })

  it('of announcements serve voicemail only', async () => {
    const { id } = await upload({
      messaging_product: 'whatsapp',
      use_case: 'call_voicemail_announcement',
    })
    const voicemail = (media: unknown) => ({
      calling: {
        voicemail: {
          status: 'ENABLED',
          triggers: ['REJECT'],
          audio: { default: { announcement_media_id: media } },
        },
      },
    })
    expect((await bench.graph('POST', `${line}/settings`, voicemail('1'))).status).toBe(400)
    expect((await bench.graph('POST', `${line}/settings`, voicemail(id))).status).toBe(200)
    await bench.simulator.call({ from: alice, line })
    expect(codeOf(await send({ ...text(alice), type: 'audio', audio: { id } }))).toBe(100)
    expect(codeOf({ body: await upload({}) })).toBe(131008)
  })
})

describe('the account', () => {
  it('tells a doctor what it asks', async () => {
    expect(
      (await bench.graph('GET', `${line}?fields=display_phone_number,quality_rating`)).body,
    ).toEqual({
      id: line,
      display_phone_number: '+44 20 7946 0000',
      quality_rating: 'GREEN',
    })
    const waba = bench.simulator.account.wabaId
    expect(listOf((await bench.graph('GET', `${waba}/phone_numbers`)).body, 'data')).toHaveLength(2)
    expect((await bench.graph('GET', `${waba}/subscribed_apps`)).body).toMatchObject({
      data: [{ whatsapp_business_api_data: { id: bench.simulator.account.appId } }],
    })
    const subscriptions = await bench.graph('GET', `${bench.simulator.account.appId}/subscriptions`)
    expect(subscriptions.body).toMatchObject({
      data: [
        { object: 'whatsapp_business_account', callback_url: bench.receiver.url, active: true },
      ],
    })
    expect((await bench.graph('GET', `debug_token?input_token=${accessToken}`)).body).toMatchObject(
      {
        data: { is_valid: true, scopes: expect.arrayContaining(['whatsapp_business_messaging']) },
      },
    )
    expect((await bench.graph('GET', 'debug_token?input_token=x')).body).toMatchObject({
      data: { is_valid: false },
    })
    expect((await bench.graph('GET', 'me')).body).toMatchObject({ id: expect.any(String) })
  })

  it('takes a subscription only if the callback passes the handshake', async () => {
    const path = `${bench.simulator.account.appId}/subscriptions`
    const body = {
      object: 'whatsapp_business_account',
      callback_url: bench.receiver.url,
      fields: 'calls',
    }
    expect((await bench.graph('POST', path, { ...body, verify_token: 'no' })).status).toBe(400)
    expect((await bench.graph('POST', path, { ...body, verify_token: 'verify-me' })).status).toBe(
      200,
    )
    expect(bench.simulator.account.subscription.fields).toEqual(['calls'])
  })

  it.each(['nothing', `${line}/unknown`, `${line}/calls/deep`])(
    'does not know GET %s',
    async (path) => {
      expect(await bench.graph('GET', path)).toMatchObject({
        status: 400,
        body: { error: { code: 100 } },
      })
    },
  )

  it('refuses a body that is no JSON', async () => {
    const answer = await fetch(`${bench.simulator.url}/v26.0/${line}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
      body: '{',
    })
    expect(answer.status).toBe(400)
  })
})

describe('a call of the business', () => {
  const connect = (to = alice, from = otherLine) =>
    bench.graph('POST', `${from}/calls`, {
      messaging_product: 'whatsapp',
      to,
      action: 'connect',
      biz_opaque_callback_data: 'out-1',
      session: { sdp_type: 'offer', sdp: answerSdp.replace('active', 'actpass') },
    })
  const permit = (permanent = false) =>
    bench.simulator.answerPermission({
      from: alice,
      line: otherLine,
      response: 'accept',
      permanent,
    })
  const permission = async () =>
    (await bench.graph('GET', `${otherLine}/call_permissions?user_wa_id=447700900123`)).body

  it('needs a permission, which is asked for by message and limited', async () => {
    expect(await connect()).toMatchObject({ status: 401, body: { error: { code: 138006 } } })
    await bench.simulator.message({ from: alice, line: otherLine, text: 'hi' })
    const ask = () =>
      bench.graph('POST', `${otherLine}/messages`, {
        ...interactive({
          type: 'call_permission_request',
          action: { name: 'call_permission_request' },
        }),
      })
    const asked = await ask()
    expect(asked.status).toBe(200)
    expect(codeOf(await ask())).toBe(138009)
    await permit()
    await bench.simulator.idle()
    expect(
      bench
        .changes()
        .flatMap(({ value }) => listOf(value, 'messages'))
        .at(-1),
    ).toMatchObject({
      context: { id: listOf(asked.body, 'messages')[0]?.['id'] },
      interactive: {
        call_permission_reply: {
          response: 'accept',
          is_permanent: false,
          response_source: 'user_action',
        },
      },
    })
    expect(await permission()).toMatchObject({
      permission: { status: 'temporary', expiration_time: expect.any(Number) },
      actions: [
        { action_name: 'send_call_permission_request', can_perform_action: false },
        { action_name: 'start_call', can_perform_action: true },
      ],
    })
    bench.simulator.switches.permissionExpiryKey = 'expiration'
    expect(await permission()).toMatchObject({ permission: { expiration: expect.any(Number) } })
  })

  it('rings, connects, is accepted and ends', async () => {
    await permit(true)
    const { status, body } = await connect()
    expect(status).toBe(200)
    const id = String(listOf(body, 'calls')[0]?.['id'])
    expect(codeOf(await connect())).toBe(138003)
    await eventually(() => statuses().some(({ status: told }) => told === 'ACCEPTED'))
    const end = { messaging_product: 'whatsapp', call_id: id, action: 'terminate' }
    expect((await bench.graph('POST', `${otherLine}/calls`, end)).status).toBe(200)
    await bench.simulator.idle()
    const told = [...statuses(), ...bench.calls()].map(({ status: s, event }) => event ?? s)
    expect(told.sort()).toEqual(['ACCEPTED', 'RINGING', 'connect', 'terminate'])
    expect(bench.calls('connect')[0]).toMatchObject({
      from: '4930901820',
      to: '447700900123',
      direction: 'BUSINESS_INITIATED',
      session: { sdp_type: 'answer' },
      biz_opaque_callback_data: 'out-1',
    })
    expect(bench.calls('terminate')[0]).toHaveProperty('duration')
  })

  it('loses the permission after four that nobody answered', async () => {
    bench.simulator.switches.callee = 'reject'
    bench.simulator.time.calleeSeconds = 1
    await permit()
    for (let count = 0; count < 4; count += 1) {
      expect((await connect()).status).toBe(200)
      await eventually(() => bench.simulator.activeCalls === 0)
    }
    expect(codeOf(await connect())).toBe(138006)
    await bench.simulator.idle()
    expect(statuses().filter(({ status }) => status === 'REJECTED')).toHaveLength(4)
    const raws = bench.receiver.received.map(({ raw }) => raw)
    expect(raws.some((raw) => raw.includes('"response_source":"automatic"'))).toBe(true)
  })

  it('is not available to numbers of some countries', async () => {
    const american = await startBench({ lines: [{ id: '1', display: '+1 555 010 0000' }] })
    const { body } = await american.graph('POST', '1/calls', {
      messaging_product: 'whatsapp',
      to: alice,
      action: 'connect',
      session: { sdp_type: 'offer', sdp: answerSdp },
    })
    expect(codeOf({ body })).toBe(138013)
    await american.close()
  })
})
