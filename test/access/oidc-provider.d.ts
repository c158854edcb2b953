/** The part of oidc-provider (which ships no types) that the tests use. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http'

  interface Grant {
    addOIDCScope(scope: string): void
    save(): Promise<string>
  }
  interface GrantContext {
    readonly oidc: {
      readonly client: { readonly clientId: string }
      readonly session: { readonly accountId: string }
      readonly provider: Provider
    }
  }
  interface Configuration {
    readonly clients: readonly Record<string, unknown>[]
    readonly claims: Record<string, readonly string[]>
    readonly cookies: { readonly keys: readonly string[] }
    readonly features: { readonly devInteractions: { readonly enabled: boolean } }
    readonly interactions: { url(context: unknown, interaction: { uid: string }): string }
    findAccount(
      context: unknown,
      id: string,
    ): { accountId: string; claims(): Record<string, unknown> }
    loadExistingGrant(context: GrantContext): Promise<Grant>
  }
  export class Provider {
    constructor(issuer: string, configuration: Configuration)
    readonly Grant: new (input: { clientId: string; accountId: string }) => Grant
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
    ): Promise<void>
  }
}
