/** undici's HTTP client alone: its front door loads fetch, caches and more, at three times the start-up cost. */
declare module 'undici/lib/dispatcher/client.js' {
  export { Client as default } from 'undici';
}

declare module 'undici/lib/core/symbols.js' {
  const symbols: { readonly kHTTP2Session: unique symbol };
  export default symbols;
}
