/** json-rules-engine 7.3.1 ships no types for this file. */
declare module 'json-rules-engine/dist/engine-default-operators.js' {
  const operators: unknown
  export { operators as default }
}
