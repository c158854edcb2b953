/**
 * Points that Meta does not document, or documents twice differently, with the default that the
 * reference infers; and the parameters of the faults. All may be changed while the simulator runs.
 */
export interface Switches {
  /** How `status` of a terminate is spelt: `COMPLETED`, `Completed`, `["Completed"]`, or `REJECTED` after our reject. */
  terminateStatus: 'upper' | 'title' | 'array' | 'rejected'
  /** Answer to an action on an ended or unknown call, or in the wrong state. */
  wrongStateStatus: number
  wrongStateCode: number
  /** An action that is too late answers 200 as if it had been done. */
  wrongStateSucceeds: boolean
  /** What a holiday entry of `call_hours` means. */
  holidayMeans: 'closed' | 'open'
  /** Whether a call makes a person blockable, as a message does. */
  callCountsAsMessage: boolean
  blockFailureStatus: number
  /** When the terminate comes if Meta's voicemail takes the call. */
  voicemailTerminate: 'before' | 'after' | 'none'
  /** Whether a call that voicemail took has start, end and duration. */
  voicemailHasDuration: boolean
  /** Escape non-ASCII as `\uXXXX` and `/` as `\/` in webhook bodies; the signature is over those bytes. */
  escapedUnicode: boolean
  /** Which answers to a webhook end its retries. */
  webhookSuccess: '200' | '2xx'
  /** The challenge of the GET handshake. */
  challenge: 'numeric' | 'opaque'
  /** Payloads carry business-scoped user ids (since 2026-05-28). */
  userIds: boolean
  parentUserIds: boolean
  /** `type` of account_settings_update, which the documentation spells in two ways. */
  settingsUpdateType: 'phone_number_settings' | 'PHONE_NUMBER_SETTINGS'
  /** GET settings shows `NOT_SET` for what was never set, as seen live; otherwise the default. */
  settingsNotSet: boolean
  /** Key of the expiry in GET call_permissions. */
  permissionExpiryKey: 'expiration_time' | 'expiration'
  /** How 131047 arrives. */
  windowError: 'sync' | 'async'
  /** `sdp_type` must be `answer` on pre_accept and accept, as practice shows. */
  sdpTypeChecked: boolean
  /** An accepted call fails with 138021 when no media comes; nothing here carries media, so it is off. */
  mediaExpected: boolean
  /** A payment method is on file; without one every user-initiated call brings an error webhook 131044. */
  paymentMethod: boolean
  /** Limits of a sandbox account instead of those of production. */
  sandbox: boolean
  /** Business-initiated calls are refused for numbers of US, CA, EG, VN and NG. */
  businessCallCountries: boolean
  /** What people do when the business calls them. */
  callee: 'accept' | 'reject' | 'ignore'
  /** People's apps tell that a message was read (and a voice note played). */
  readReceipts: boolean
  concurrentCalls: number
  /** Messages per second and number. */
  throughput: number
  pairBurst: number
  pairSeconds: number
  /** Meta's clock minus ours: webhook timestamps and the Date header. */
  clockSkewSeconds: number
  /** Parameters of the faults. */
  duplicateCopies: number
  /** 0 sends all copies at once. */
  duplicateSpacingSeconds: number
  lateConnectSeconds: number
  staleSeconds: number
  batchSeconds: number
  batchShape: 'entries' | 'changes' | 'items'
  hugeBodyBytes: number
  slowSeconds: number
  dripSeconds: number
  throttleCode: 4 | 80007 | 130429 | 131056 | 138005
  serverErrorStatus: number
  messageFailureCode: 131026 | 131047 | 131000
}

export const usualSwitches: Readonly<Switches> = {
  terminateStatus: 'upper',
  wrongStateStatus: 400,
  wrongStateCode: 100,
  wrongStateSucceeds: false,
  holidayMeans: 'closed',
  callCountsAsMessage: false,
  blockFailureStatus: 400,
  voicemailTerminate: 'after',
  voicemailHasDuration: false,
  escapedUnicode: true,
  webhookSuccess: '200',
  challenge: 'numeric',
  userIds: true,
  parentUserIds: false,
  settingsUpdateType: 'phone_number_settings',
  settingsNotSet: true,
  permissionExpiryKey: 'expiration_time',
  windowError: 'sync',
  sdpTypeChecked: true,
  mediaExpected: false,
  paymentMethod: true,
  sandbox: false,
  businessCallCountries: true,
  callee: 'accept',
  readReceipts: false,
  concurrentCalls: 1000,
  throughput: 80,
  pairBurst: 45,
  pairSeconds: 6,
  clockSkewSeconds: 0,
  duplicateCopies: 2,
  duplicateSpacingSeconds: 0,
  lateConnectSeconds: 20,
  staleSeconds: 120,
  batchSeconds: 0.25,
  batchShape: 'items',
  hugeBodyBytes: 3 * 1024 * 1024,
  slowSeconds: 5,
  dripSeconds: 0.2,
  throttleCode: 80007,
  serverErrorStatus: 500,
  messageFailureCode: 131026,
}
