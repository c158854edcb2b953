import type { Random } from './random.ts'

const fingerprint = (random: Random): string => random.hex(64).replace(/..(?!$)/g, '$&:')

const uuid = (random: Random): string =>
  [8, 4, 4, 4, 12].map((length) => random.hex(length).toLowerCase()).join('-')

/**
 * What Meta's media server says of itself: ICE-lite, one IPv4 and one IPv6 candidate, Opus and
 * telephone-event (whatsapp-calling.md 3.7). Addresses are of the documentation ranges.
 * The answer to an offer of ours differs only in the DTLS role.
 */
export function metaSdp(random: Random, type: 'offer' | 'answer'): string {
  const port = [3478, 3480, 3482, 3484, 40_012][random.int(5)]
  const host = `203.0.113.${random.int(254) + 1}`
  const stream = uuid(random)
  const lines = [
    'v=0',
    `o=- ${random.digits(13)} 2 IN IP4 127.0.0.1`,
    's=-',
    't=0 0',
    'a=group:BUNDLE audio',
    `a=msid-semantic: WMS ${stream}`,
    'a=ice-lite',
    `m=audio ${port} UDP/TLS/RTP/SAVPF 111 126`,
    `c=IN IP4 ${host}`,
    'a=rtcp:9 IN IP4 0.0.0.0',
    `a=candidate:${random.digits(10)} 1 udp 2122260223 ${host} ${port} typ host generation 0 network-cost 50`,
    `a=candidate:${random.digits(10)} 1 udp 2122262783 2001:db8:343:131:face:b00c:0:${random.hex(3).toLowerCase()} ${port} typ host generation 0 network-cost 50`,
    `a=ice-ufrag:${random.word(16)}`,
    `a=ice-pwd:${random.word(22)}==`,
    `a=fingerprint:sha-256 ${fingerprint(random)}`,
    `a=setup:${type === 'offer' ? 'actpass' : 'passive'}`,
    'a=mid:audio',
    'a=sendrecv',
    `a=msid:${stream} WhatsAppTrack1`,
    'a=rtcp-mux',
    'a=rtpmap:111 opus/48000/2',
    'a=rtcp-fb:111 transport-cc',
    'a=fmtp:111 maxaveragebitrate=20000;maxplaybackrate=16000;minptime=20;sprop-maxcapturerate=16000;useinbandfec=1',
    'a=rtpmap:126 telephone-event/8000',
    'a=maxptime:20',
    'a=ptime:20',
    `a=ssrc:${random.digits(9)} cname:WhatsAppAudioStream1`,
  ]
  return `${lines.join('\r\n')}\r\n`
}

/** Why Meta would refuse this SDP of ours, in the words of `error_data.details`; undefined when it would not. */
export function sdpProblem(sdp: string): string | undefined {
  if (!sdp.startsWith('v=0')) return 'SDP is not valid'
  const audio = sdp.match(/^m=audio /gm)?.length ?? 0
  if (audio !== 1 || /^m=(?!audio)/m.test(sdp)) return 'SDP must have exactly one audio media line'
  if (!/^a=fingerprint:/m.test(sdp)) return 'No fingerprint found in SDP'
  if (!/^a=fingerprint:sha-256 /im.test(sdp)) return 'Only sha-256 fingerprints are supported'
  if (!/^a=ice-ufrag:/m.test(sdp) || !/^a=ice-pwd:/m.test(sdp)) return 'No ICE credentials in SDP'
  if (!/^a=rtpmap:\d+ (opus\/48000|PCMA\/8000|PCMU\/8000)/im.test(sdp)) {
    return 'No supported audio codec in SDP'
  }
  return undefined
}
