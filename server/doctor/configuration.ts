import type { Config } from '../config.ts'
import type { Check } from './check.ts'
import { findings } from './check.ts'

const appSettings = 'developers.facebook.com → your app → App settings → Basic'

/** What must be set before Meta and Callgate can talk. */
export function checkConfiguration({ meta, publicUrl }: Config): Check[] {
  const { problem, ok } = findings()
  const needed = [
    {
      name: 'META_ACCESS_TOKEN',
      isSet: meta.accessToken !== undefined,
      without: 'nothing can be sent to WhatsApp',
      mend:
        'business.facebook.com → Settings → System users → Generate token, with ' +
        'whatsapp_business_messaging and whatsapp_business_management.',
    },
    {
      name: 'META_APP_SECRET',
      isSet: meta.appSecrets.length > 0,
      without: 'no webhook is accepted',
      mend: `Copy it from ${appSettings} → App secret.`,
    },
    {
      name: 'META_VERIFY_TOKEN',
      isSet: meta.verifyToken !== undefined,
      without: 'Meta cannot verify the webhook',
      mend: 'Choose any text, set it here and give the same one to Meta with the callback URL.',
    },
    {
      name: 'PUBLIC_URL',
      isSet: publicUrl !== undefined,
      without: 'it is not known where Meta reaches this server',
      mend: 'Set it to the https address under which the world reaches this server.',
    },
  ]
  const missing = needed.filter(({ isSet }) => !isSet)
  if (missing.length === 0) return [ok('configuration', 'Everything Meta needs is configured.')]
  return missing.map(({ name, without, mend }) =>
    problem('configuration', { message: `${name} is not set: ${without}.`, mend }),
  )
}
