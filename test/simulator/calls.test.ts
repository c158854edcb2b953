import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Bench } from './receiver.ts'
import { alice, answerSdp, line, otherLine, session, startBench } from './receiver.ts'

let bench: Bench
beforeEach(async () => {
  bench = await startBench()
})
afterEach(() => bench.close())

describe('a call of a user', () => {
  it('is announced by a signed connect with the documented fields', async () => {
    const call = await bench.simulator.call({ from: alice, name: 'Alice', line })
    expect(await call.delivered).toBe(200)
    const [received] = bench.receiver.received
    expect(received?.isSigned).toBe(true)
    expect(received?.body).toEqual({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '102290129340398',
          changes: [
            {
              field: 'calls',
              value: {
                messaging_product: 'whatsapp',
                metadata: { display_phone_number: '442079460000', phone_number_id: line },
                contacts: [
                  {
                    profile: { name: 'Alice' },
                    wa_id: '447700900123',
                    user_id: expect.stringMatching(/^GB\.\d{20}$/),
                  },
                ],
                calls: [
                  {
                    id: call.id,
                    to: '442079460000',
                    from: '447700900123',
                    from_user_id: call.userId,
                    event: 'connect',
                    timestamp: expect.stringMatching(/^\d{10}$/),
                    direction: 'USER_INITIATED',
                    session: {
                      sdp_type: 'offer',
                      sdp: expect.stringMatching(
                        /^v=0\r\n[^]*a=ice-lite\r\n[^]*a=setup:actpass\r\n/,
                      ),
                    },
                  },
                ],
              },
            },
          ],
        },
      ],
    })
  })

  it('has an id that holds both numbers', async () => {
    const call = await bench.simulator.call({ from: alice, line })
    const blob = Buffer.from(call.id.slice('wacid.'.length), 'base64').toString('latin1')
    expect(call.id).toMatch(/^wacid\.[A-Za-z0-9+/=]{60,140}$/)
    expect(blob).toMatch(
      /^\x1c\x18\x0c447700900123\x15\x02\x00\x12\x18 [0-9A-F]{32}\x1c\x18\x0c442079460000\x15\x02\x00\x00$/,
    )
  })

  it('ends by our reject with a terminate that has no duration', async () => {
    const call = await bench.simulator.call({ from: alice, name: 'Alice', line })
    await call.delivered
    expect(await bench.act('reject', call.id)).toEqual({
      status: 200,
      body: { messaging_product: 'whatsapp', success: true },
    })
    expect(await call.ended).toMatchObject({ reason: 'rejected' })
    await bench.simulator.idle()
    expect(bench.calls('terminate')).toEqual([
      {
        id: call.id,
        to: '442079460000',
        from: '447700900123',
        from_user_id: call.userId,
        event: 'terminate',
        timestamp: expect.any(String),
        status: 'COMPLETED',
        direction: 'USER_INITIATED',
      },
    ])
  })

  it('goes through pre_accept and accept to a terminate with start, end and duration', async () => {
    const call = await bench.simulator.call({ from: alice, line, ctaPayload: 'p1' })
    expect((await bench.act('pre_accept', call.id, session)).status).toBe(200)
    expect(call.state).toBe('pre_accepted')
    expect((await bench.act('pre_accept', call.id, session)).status).toBe(200)
    const accepted = await bench.act('accept', call.id, {
      ...session,
      to: '447700900123',
      biz_opaque_callback_data: 'key-1',
    })
    expect(accepted.status).toBe(200)
    expect(call.state).toBe('accepted')
    expect((await bench.act('terminate', call.id)).status).toBe(200)
    await bench.simulator.idle()
    const [terminate] = bench.calls('terminate')
    expect(terminate).toMatchObject({
      cta_payload: 'p1',
      biz_opaque_callback_data: 'key-1',
      start_time: expect.stringMatching(/^\d+$/),
      end_time: expect.stringMatching(/^\d+$/),
      duration: expect.any(Number),
    })
    expect(await call.ended).toMatchObject({ reason: 'terminated' })
  })

  it('rings until the time is up', async () => {
    bench.simulator.time.ringSeconds = 5
    const call = await bench.simulator.call({ from: alice, line })
    const end = await call.ended
    expect(end.reason).toBe('not_answered')
    expect(end.rangMs).toBeGreaterThanOrEqual(45)
  })

  it('is abandoned when the caller hangs up before an answer and completed after it', async () => {
    const first = await bench.simulator.call({ from: alice, line, hangUpAfterMs: 20 })
    expect((await first.ended).reason).toBe('abandoned')
    const second = await bench.simulator.call({
      from: alice,
      line,
      talkMs: 20,
      hangUpAfterMs: 5000,
    })
    await bench.act('accept', second.id, session)
    expect(await second.ended).toMatchObject({ reason: 'completed' })
  })

  it('leaves out the phone of a caller known by a username', async () => {
    await bench.simulator.call({ userId: 'US.13491208655302741918', username: 'ghost', line })
    await bench.simulator.idle()
    const [connect] = bench.calls('connect')
    expect(connect).not.toHaveProperty('from')
    expect(connect).toMatchObject({ from_user_id: 'US.13491208655302741918' })
    expect(bench.changes()[0]?.value['contacts']).toEqual([
      { profile: { name: 'WhatsApp user', username: 'ghost' }, user_id: 'US.13491208655302741918' },
    ])
  })

  it.each([
    ['calling is off', { status: 'DISABLED' }, 'calling_disabled'],
    ['calling was never set up', {}, 'calling_disabled'],
    [
      'it is outside the call hours',
      {
        status: 'ENABLED',
        call_hours: {
          status: 'ENABLED',
          timezone_id: 'UTC',
          weekly_operating_hours: [
            { day_of_week: 'MONDAY', open_time: '0000', close_time: '0001' },
          ],
        },
      },
      'outside_call_hours',
    ],
  ] as const)('is refused without a webhook when %s', async (_, calling, reason) => {
    const target = bench.simulator.lines.get(line)
    if (!target) throw new Error('no line')
    target.calling = structuredClone(calling) as typeof target.calling
    const call = await bench.simulator.call({ from: alice, line })
    expect(call.state).toBe('refused')
    expect((await call.ended).reason).toBe(reason)
    await bench.simulator.idle()
    expect(bench.receiver.received).toHaveLength(0)
  })

  it('is refused while the same person is calling that line, and when the line is crowded', async () => {
    await bench.simulator.call({ from: alice, line })
    expect((await (await bench.simulator.call({ from: alice, line })).ended).reason).toBe('busy')
    expect((await bench.simulator.call({ from: alice, line: otherLine })).state).toBe('ringing')
    bench.simulator.switches.concurrentCalls = 1
    const crowded = await bench.simulator.call({ from: '+447700900124', line })
    expect((await crowded.ended).reason).toBe('too_many_calls')
  })

  it('is refused while Meta restricts the line, which it tells by account_update', async () => {
    const expiration = Math.floor(Date.now() / 1000) + 1000
    await bench.simulator.restrict(line, {
      type: 'RESTRICTED_USER_INITIATED_CALLING',
      reason: 'NEGATIVE_FEEDBACK',
      expiration,
    })
    const call = await bench.simulator.call({ from: alice, line })
    expect((await call.ended).reason).toBe('restricted')
    await bench.simulator.idle()
    expect(bench.receiver.received[0]?.body).toMatchObject({
      entry: [
        {
          id: '0',
          time: expect.any(Number),
          changes: [
            {
              field: 'account_update',
              value: {
                phone_number: '442079460000',
                event: 'ACCOUNT_RESTRICTION',
                restriction_info: [
                  { restriction_type: 'RESTRICTED_USER_INITIATED_CALLING', expiration },
                ],
              },
            },
          ],
        },
      ],
    })
  })
})

describe('an action in the wrong state', () => {
  it('answers 400 with code 100 in the documented shape', async () => {
    const call = await bench.simulator.call({ from: alice, line, hangUpAfterMs: 1 })
    await call.ended
    for (const id of [call.id, 'wacid.unknown']) {
      expect(await bench.act('reject', id)).toEqual({
        status: 400,
        body: {
          error: {
            message: '(#100) Invalid parameter',
            type: 'OAuthException',
            code: 100,
            error_data: {
              messaging_product: 'whatsapp',
              details: 'Call is not in a state that allows this action',
            },
            fbtrace_id: expect.any(String),
          },
        },
      })
    }
  })

  it('answers what the switches say', async () => {
    bench.simulator.switches.wrongStateCode = 138004
    bench.simulator.switches.wrongStateStatus = 500
    expect(await bench.act('terminate', 'wacid.x')).toMatchObject({
      status: 500,
      body: { error: { code: 138004 } },
    })
    bench.simulator.switches.wrongStateSucceeds = true
    expect((await bench.act('reject', 'wacid.x')).status).toBe(200)
  })

  it('refuses a reject of an accepted call, a second accept and a call of another line', async () => {
    const call = await bench.simulator.call({ from: alice, line })
    const elsewhere = await bench.graph('POST', `${otherLine}/calls`, {
      messaging_product: 'whatsapp',
      call_id: call.id,
      action: 'reject',
    })
    expect(elsewhere.status).toBe(400)
    expect((await bench.act('accept', call.id, session)).status).toBe(200)
    expect((await bench.act('accept', call.id, session)).status).toBe(400)
    expect((await bench.act('reject', call.id)).status).toBe(400)
    expect(call.state).toBe('accepted')
  })
})

describe('the SDP of an answer', () => {
  const post = async (sdp: string, sdpType = 'answer') => {
    const call = await bench.simulator.call({ from: alice, line })
    return bench.act('accept', call.id, { session: { sdp_type: sdpType, sdp } })
  }

  it.each([
    [
      'without a fingerprint',
      answerSdp.replace(/a=fingerprint.*\r\n/, ''),
      'No fingerprint found in SDP',
    ],
    ['with sha-512 only', answerSdp.replace('sha-256', 'sha-512'), 'Only sha-256'],
    [
      'with a second media line',
      `${answerSdp}m=video 9 UDP/TLS/RTP/SAVPF 96\r\n`,
      'exactly one audio',
    ],
    ['that is none', 'hello', 'not valid'],
  ])('%s is refused with its reason', async (_, sdp, details) => {
    const { status, body } = await post(sdp)
    expect(status).toBe(400)
    expect(body).toMatchObject({
      error: { code: 100, error_data: { details: expect.stringContaining(details) } },
    })
  })

  it('of type offer is refused, and one that differs from pre_accept', async () => {
    expect((await post(answerSdp, 'offer')).status).toBe(400)
    const call = await bench.simulator.call({ from: '+447700900125', line })
    await bench.act('pre_accept', call.id, session)
    const other = { session: { sdp_type: 'answer', sdp: `${answerSdp}a=x\r\n` } }
    expect((await bench.act('accept', call.id, other)).status).toBe(400)
    expect((await bench.act('accept', call.id, session)).status).toBe(200)
  })
})

describe('around a call', () => {
  const target = () => {
    const found = bench.simulator.lines.get(line)
    if (!found) throw new Error('no line')
    return found
  }

  it('voicemail takes a rejected call and sends an audio message with the id of the call', async () => {
    target().calling.voicemail = { status: 'ENABLED', triggers: ['REJECT'] }
    const call = await bench.simulator.call({ from: alice, line })
    await bench.act('reject', call.id)
    expect(call.state).toBe('voicemail')
    await call.ended
    await bench.simulator.idle()
    const audio = bench.changes().find(({ field }) => field === 'messages')?.value['messages']
    expect(audio).toEqual([
      {
        from: '447700900123',
        from_user_id: call.userId,
        id: call.id,
        timestamp: expect.any(String),
        type: 'audio',
        audio: {
          id: expect.any(String),
          sha256: expect.any(String),
          mime_type: 'audio/ogg; codecs=opus',
        },
      },
    ])
    expect(bench.calls('terminate')).toHaveLength(1)
  })

  it('voicemail takes an unanswered call after its own time', async () => {
    target().calling.voicemail = {
      status: 'ENABLED',
      triggers: ['TIMEOUT'],
      audio: { default: { timeout_seconds: 2 } },
    }
    bench.simulator.switches.voicemailTerminate = 'none'
    const call = await bench.simulator.call({ from: alice, line })
    expect((await call.ended).reason).toBe('not_answered')
    await bench.simulator.idle()
    expect(bench.calls('terminate')).toHaveLength(0)
    expect(bench.changes().some(({ field }) => field === 'messages')).toBe(true)
  })

  it('the callback permission is granted by calling', async () => {
    target().calling.callback_permission_status = 'ENABLED'
    const call = await bench.simulator.call({ from: alice, line, hangUpAfterMs: 1 })
    await call.ended
    await bench.simulator.idle()
    const reply = bench.changes().find(({ field }) => field === 'messages')?.value['messages']
    expect(reply).toMatchObject([
      {
        type: 'interactive',
        context: { from: '442079460000', id: call.id },
        interactive: {
          type: 'call_permission_reply',
          call_permission_reply: {
            response: 'accept',
            is_permanent: false,
            expiration_timestamp: expect.stringMatching(/^\d{10}$/),
            response_source: 'automatic',
          },
        },
      },
    ])
  })

  it('a SIP number gets call_created instead of connect, and Graph answers 131055', async () => {
    target().calling.sip = { status: 'ENABLED', webhook_delivery: 'ENABLED' }
    const call = await bench.simulator.call({ from: alice, line, hangUpAfterMs: 10 })
    expect(await bench.act('reject', call.id)).toMatchObject({
      status: 400,
      body: { error: { code: 131055 } },
    })
    await call.ended
    await bench.simulator.idle()
    expect(bench.calls().map(({ event }) => event)).toEqual(['call_created', 'terminate'])
    expect(bench.calls('call_created')[0]).not.toHaveProperty('session')
  })

  it('a recorded call brings its recording, which can be downloaded', async () => {
    const call = await bench.simulator.call({ from: alice, line })
    await bench.act('accept', call.id, { ...session, recording: { status: 'ENABLED' } })
    call.hangUp()
    await bench.simulator.idle()
    const [event] = bench.calls('call_recording_available')
    expect(event).toMatchObject({
      call_recording: { type: 'audio', audio: { id: expect.any(String) } },
    })
    const recording = event?.['call_recording'] as { audio: { url: string } }
    const file = await fetch(recording.audio.url, {
      headers: { authorization: 'Bearer test-token' },
    })
    expect(Buffer.from(await file.arrayBuffer()).toString('latin1', 0, 4)).toBe('OggS')
  })

  it('without a payment method an error webhook 131044 comes', async () => {
    bench.simulator.switches.paymentMethod = false
    await bench.simulator.call({ from: alice, line })
    await bench.simulator.idle()
    expect(bench.changes().flatMap(({ value }) => value['errors'] ?? [])).toMatchObject([
      { code: 131044 },
    ])
  })

  it('an accepted call without media fails with 138021 where media is expected', async () => {
    bench.simulator.switches.mediaExpected = true
    const call = await bench.simulator.call({ from: alice, line })
    await bench.act('accept', call.id, session)
    expect((await call.ended).reason).toBe('failed')
    await bench.simulator.idle()
    expect(bench.calls('terminate')[0]).toMatchObject({ status: 'FAILED' })
    expect(bench.changes().at(-1)?.value['errors']).toMatchObject([{ code: 138021 }])
  })
})
