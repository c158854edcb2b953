import type { CallPermission, Eligibility } from '../schema/calling.ts'

const eligibility: Eligibility = {
  line: '106540352242922',
  eligible: false,
  blocked: true,
  consent_type: 'temporary',
  block_category: 'media_path',
  block_reason: 'NO_MEDIA_PATH',
  user_message: 'Calls cannot be placed from here.',
  admin_message: 'There is no media path: nothing here could speak in a call.',
  checks: {
    contact: { passed: true },
    phone_readiness: { passed: true },
    consent: { passed: true },
    usage_limits: { passed: true },
    agent_availability: { passed: true },
    media_path: { passed: false, reason: 'NO_MEDIA_PATH' },
  },
}
export const eligibilityExample = { success: true as const, data: eligibility }

const permission: CallPermission = {
  line: '106540352242922',
  status: 'temporary',
  expires_at: '2026-11-28T09:00:00.000Z',
  request_permission: {
    allowed: true,
    limits: [{ period: 'PT24H', allowed: 1, used: 0, until: null }],
  },
  start_call: {
    allowed: true,
    limits: [{ period: 'PT24H', allowed: 100, used: 3, until: null }],
  },
}
export const permissionExample = { success: true as const, data: permission }
