import type { FaultName } from '../simulator/faults.ts'
import type { ScenarioName } from '../simulator/scenarios.ts'
import type { Switches } from '../simulator/switches.ts'
import { usualSwitches } from '../simulator/switches.ts'

/** One line for each scenario. */
export const scenarioLines: Readonly<Record<ScenarioName, string>> = {
  'monday-morning':
    'an hour of a Monday in a minute: regulars, VIPs, strangers, hang-ups, one who calls eight times',
  steady: 'different strangers at an even rate; --count, --rate',
}

/** One line for each fault; the value is a chance, 0 to 1. */
export const faultLines: Readonly<Record<FaultName, string>> = {
  duplicate: 'a webhook is delivered twice',
  terminateFirst: 'the end of a call arrives before its beginning',
  lateConnect: 'a call is told of 20 seconds late',
  staleConnect: 'a call is told of that rang two minutes ago',
  batch: 'several webhooks come in one body',
  answerLost: 'our answer to a webhook is lost, so it is sent again',
  usernameOnly: 'the caller shows no phone number, only a user id',
  withoutContacts: 'the end of a call names nobody',
  withoutDirection: 'a call does not say which way it goes',
  legacyConnection: 'the session comes in its old form',
  unknownEvent: 'an event nobody documented',
  unknownFields: 'fields nobody documented, at every level',
  callStatuses: 'a status of the call besides its events',
  wrappedAccountUpdate: 'account updates come in a list',
  hugeBody: 'a body of three megabytes',
  wrongSignature: 'a signature with one wrong digit',
  wrongSecret: 'a signature by another secret',
  missingSignature: 'no signature at all',
  serverError: 'Graph answers 500',
  throttled: 'Graph answers that we ask too often',
  tokenExpired: 'Graph says our token has expired',
  callingDisabled: 'Graph says calling is disabled on the line',
  sipOnly: 'Graph says the line is for SIP only',
  slow: 'Graph answers after five seconds',
  slowAfter: 'Graph does it at once and answers after five seconds',
  dead: 'Graph never answers',
  deadAfter: 'Graph does it and never answers',
  drip: 'Graph answers byte by byte',
  reset: 'Graph closes the connection',
  resetAfter: 'Graph does it and closes the connection',
  bareSuccess: 'Graph answers success without anything else',
  messageFails: 'a message is taken and fails later',
  statusBeforeResponse: 'the status of a message overtakes the answer to it',
}

/** One line for each switch: points that Meta leaves open, and parameters of faults. */
export const switchLines: Readonly<Record<keyof Switches, string>> = {
  terminateStatus: 'status of an ended call: upper, title, array or rejected',
  wrongStateStatus: 'HTTP status of an action that comes too late',
  wrongStateCode: 'error code of an action that comes too late',
  wrongStateSucceeds: 'an action that comes too late answers 200',
  holidayMeans: 'an entry in holiday hours: closed or open',
  callCountsAsMessage: 'whoever called can be blocked, as if they had written',
  blockFailureStatus: 'HTTP status when somebody cannot be blocked',
  voicemailTerminate: 'end of a call that voicemail takes: before, after or none',
  voicemailHasDuration: 'a call that voicemail took has a duration',
  escapedUnicode: 'webhooks escape what is not ASCII',
  webhookSuccess: 'answers that end the retries of a webhook: 200 or 2xx',
  challenge: 'the challenge of the handshake: numeric or opaque',
  userIds: 'webhooks carry business-scoped user ids',
  parentUserIds: 'webhooks carry the ids of the parent business',
  settingsUpdateType: 'spelling of the type of a settings update',
  settingsNotSet: 'settings show NOT_SET for what was never set',
  permissionExpiryKey: 'key of the expiry of a permission: expiration_time or expiration',
  windowError: 'a message outside the 24 hours is refused: sync or async',
  sdpTypeChecked: 'the type of our session description is checked',
  mediaExpected: 'an accepted call fails when no sound comes',
  paymentMethod: 'a payment method is on file',
  sandbox: 'limits of a sandbox account',
  businessCallCountries: 'we may not call people in some countries',
  callee: 'what people do when we call: accept, reject or ignore',
  readReceipts: 'people tell that they have read',
  concurrentCalls: 'calls at once on a line',
  throughput: 'messages a second and line',
  pairBurst: 'messages to one person in a burst',
  pairSeconds: 'seconds between messages to one person after that',
  clockSkewSeconds: "Meta's clock minus ours, in seconds",
  duplicateCopies: 'copies of a duplicate',
  duplicateSpacingSeconds: 'seconds between copies',
  lateConnectSeconds: 'how late a late call is told of',
  staleSeconds: 'how old a stale call is',
  batchSeconds: 'how long webhooks wait to be sent together',
  batchShape: 'how they are put together: entries, changes or items',
  hugeBodyBytes: 'size of a huge body',
  slowSeconds: 'how slow a slow answer is',
  dripSeconds: 'seconds between the bytes of a dripping answer',
  throttleCode: 'error code of being throttled: 4, 80007, 130429, 131056 or 138005',
  serverErrorStatus: 'HTTP status of a server error',
  messageFailureCode: 'error code of a failed message: 131026, 131047 or 131000',
}

// the keys of an object that has them all
export const switchNames = Object.keys(usualSwitches) as (keyof Switches)[]

/** Choices of the switches that have some; the others take any value of their type. */
const choices: Partial<Record<keyof Switches, readonly unknown[]>> = {
  terminateStatus: ['upper', 'title', 'array', 'rejected'],
  holidayMeans: ['closed', 'open'],
  voicemailTerminate: ['before', 'after', 'none'],
  webhookSuccess: ['200', '2xx'],
  challenge: ['numeric', 'opaque'],
  settingsUpdateType: ['phone_number_settings', 'PHONE_NUMBER_SETTINGS'],
  permissionExpiryKey: ['expiration_time', 'expiration'],
  windowError: ['sync', 'async'],
  callee: ['accept', 'reject', 'ignore'],
  batchShape: ['entries', 'changes', 'items'],
  throttleCode: [4, 80007, 130429, 131056, 138005],
  messageFailureCode: [131026, 131047, 131000],
}

/** The value of a switch from its text; undefined when it cannot be one. */
export function switchValue(
  name: keyof Switches,
  text: string,
): string | number | boolean | undefined {
  const usual = usualSwitches[name]
  const value = valueLike(usual, text)
  const allowed = choices[name]
  return allowed && !allowed.includes(value) ? undefined : value
}

function valueLike(
  usual: string | number | boolean,
  text: string,
): string | number | boolean | undefined {
  if (typeof usual === 'boolean') return text === 'true' || (text === 'false' ? false : undefined)
  if (typeof usual === 'string') return text
  const number = Number(text)
  return text.trim() === '' || !Number.isFinite(number) ? undefined : number
}
