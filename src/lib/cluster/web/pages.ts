import { type Answer, text } from '../listeners/http.js';
import { loginSettings } from '../login/login-settings.js';
import { type PasskeyChallenge, requestOptions } from '../passkeys/browser-json.js';
import type { ClusterState } from '../state.js';

/** Stands where a real cluster has the page that sets a password. */
export function passwordPage(state: ClusterState, path: string, tokenId: string): Answer {
  const command = `tctl users accept https://${state.addresses.proxy}${path}`;
  const hint = `<p>To set a password and one-time passwords, run<pre>${command}</pre>`;
  if (loginSettings(state).passkeyRpId === undefined) return page('Set a password', hint);
  const form =
    '<p>Or set a password and a passkey here: <input id="password" type="password" autocomplete="new-password">';
  return passkeyPage('Set a password', `${hint}${form}`, { token: tokenId });
}

/** Where a browser shows a passkey for a command that waits (login §8). */
export function secondFactorPage(clusterName: string, request: string, challenge: PasskeyChallenge): Answer {
  const words = `<p>A command wants a second factor for cluster ${clusterName}. Go on only if you have started it.`;
  return passkeyPage('Second factor', words, { request, ...requestOptions(challenge) });
}

/** What browsers see when a command has taken over. @param failed whether it went wrong */
export function outcomePage(failed: boolean): Answer {
  const words = failed ? 'That did not work: the terminal says why.' : 'Done: go back to the terminal.';
  return page('Login', `<p>${words}`);
}

/** Runs on the pages with passkeys; the browser does not run scripts that stand in a page. */
export const PASSKEY_SCRIPT_PATH = '/web/passkey.js';
export function passkeyScript(): Answer {
  return text(PASSKEY_SCRIPT, 'text/javascript; charset=utf-8');
}

/** @param order for the script */
function passkeyPage(title: string, words: string, order: object): Answer {
  const json = JSON.stringify(order).replaceAll('<', '\\u003c');
  const script = `<script id="order" type="application/json">${json}</script><script src="${PASSKEY_SCRIPT_PATH}"></script>`;
  return page(title, `${words}<p><button id="go">Use a passkey</button> <span id="outcome"></span>${script}`);
}

function page(title: string, body: string): Answer {
  return text(`<!doctype html><meta charset="utf-8"><title>${title}</title>${body}\n`, 'text/html; charset=utf-8');
}

const PASSKEY_SCRIPT = `const element = (id) => document.getElementById(id);
const order = JSON.parse(element('order').textContent);
const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

async function send(method, path, body) {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(path, { method, headers, body: JSON.stringify(body) });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error.message);
  return json;
}

async function show({ request, publicKey }) {
  const options = PublicKeyCredential.parseRequestOptionsFromJSON(publicKey);
  const credential = await navigator.credentials.get({ publicKey: options });
  const answer = { requestId: request, webauthnResponse: credential.toJSON() };
  const next = await send('PUT', '/webapi/mfa/browser/' + request, { browser_response: answer });
  location.assign(next.tsh_redirect_url);
}

async function register({ token }) {
  const kind = { deviceType: 'webauthn', deviceUsage: 'mfa' };
  const { webauthn } = await send('POST', '/webapi/mfa/token/' + token + '/registerchallenge', kind);
  const options = PublicKeyCredential.parseCreationOptionsFromJSON(webauthn.publicKey);
  const credential = await navigator.credentials.create({ publicKey: options });
  await send('PUT', '/webapi/users/password/token', {
    token,
    password: base64(element('password').value),
    second_factor_token: '',
    deviceName: '',
    webauthnCreationResponse: credential.toJSON(),
  });
  element('outcome').textContent = 'Done: log in with tctl login.';
}

element('go').addEventListener('click', () => {
  (order.request === undefined ? register : show)(order).catch((error) => {
    element('outcome').textContent = error.message;
  });
});
`;
