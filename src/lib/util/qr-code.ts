import { encode } from 'uqr';

/**
 * The modules of a QR code, row by row, dark ones true; without the quiet zone of four modules that belongs around it.
 * Error correction of level M: enough for what authenticator apps read off a screen.
 */
export function qrCode(text: string): boolean[][] {
  return encode(text, { ecc: 'M', border: 0, boostEcc: false }).data;
}
