/** Calls that change nothing on the server may be sent twice. By their names: no method carries an idempotency option. */
export function isIdempotentRead(methodName: string): boolean {
  return /^(Get|List|Ping$)/.test(methodName);
}
