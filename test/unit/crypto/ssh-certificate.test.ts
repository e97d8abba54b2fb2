import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  generatePrivateKey,
  type KeyKind,
  parsePrivateKey,
  privateKeyPem,
  samePublicKey,
} from '../../../src/lib/crypto/keys.js';
import { issueSshCertificate, parseSshCertificate } from '../../../src/lib/crypto/ssh-certificate.js';
import { authorizedKeyLine, sshFingerprint } from '../../../src/lib/crypto/ssh-public-key.js';
import { CodedError } from '../../../src/lib/util/coded-error.js';
import { runTool } from '../../helpers/run-tool.js';

const fixture = (path: string) => readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');
const validAfter = new Date('2026-11-20T23:59:00Z');
const validBefore = new Date('2026-11-21T12:00:00Z');

describe('parseSshCertificate', () => {
  it('reads every field of a bot certificate of a real cluster', () => {
    const { publicKey, signatureKey, ...rest } = parseSshCertificate(fixture('tbot/storage/key-cert.pub'));

    expect(rest).toEqual({
      certType: 'ecdsa-sha2-nistp256-cert-v01@openssh.com',
      type: 'user',
      keyId: 'bot-tb1',
      serial: 0n,
      principals: ['-teleport-nologin-e21a22c6-46c0-409f-9107-c2f66c905349', '-teleport-internal-join'],
      validAfter: new Date('2026-11-20T23:26:24Z'),
      validBefore: new Date('2026-11-21T00:27:24Z'),
      criticalOptions: {},
      extensions: {
        'bot-instance-id@goteleport.com': 'de992338-3d30-4fe6-a6f4-9827b6b9bd8e',
        'bot-name@goteleport.com': 'tb1',
        generation: '3',
        'login-ip': '127.0.0.1',
        'permit-port-forwarding': '',
        'permit-pty': '',
        'private-key-policy': 'none',
        renewable: '',
        'teleport-roles': '{"roles":["bot-tb1"]}',
        'teleport-route-to-cluster': 'example.test',
        'teleport-traits': 'null',
      },
    });
    expect(samePublicKey(publicKey, parsePrivateKey(fixture('tbot/storage/key')))).toBe(true);
    expect(sshFingerprint(signatureKey)).toBe('SHA256:vr+K/hXR5UR0WHxRHmZl8aug81qzhx4xRlxl/1z6T00');
  });

  it('reads the certificate of a real profile, made for the SSH key beside it', () => {
    const certificate = parseSshCertificate(fixture('tsh-home/keys/localhost/admin-ssh/example.test-cert.pub'));

    expect(certificate.certType).toBe('ssh-ed25519-cert-v01@openssh.com');
    expect(samePublicKey(certificate.publicKey, parsePrivateKey(fixture('tsh-home/keys/localhost/admin')))).toBe(true);
  });

  it('refuses a certificate in which any one byte was changed', () => {
    const [type = '', base64 = ''] = fixture('tbot/storage/key-cert.pub').split(' ');
    const blob = Buffer.from(base64, 'base64');

    fc.assert(
      fc.property(fc.nat(blob.length - 1), fc.integer({ min: 1, max: 255 }), (position, change) => {
        const changed = Buffer.from(blob);
        changed[position] = (changed[position] ?? 0) ^ change;

        expect(() => parseSshCertificate(`${type} ${changed.toString('base64')}`)).toThrow(CodedError);
      }),
    );
  });
});

describe('issueSshCertificate', () => {
  it.each<[KeyKind, KeyKind]>([
    ['ed25519', 'ed25519'],
    ['ecdsa-p256', 'rsa-2048'],
    ['rsa-2048', 'ecdsa-p256'],
  ])('signs with a %s authority for a %s key', async (caKind, kind) => {
    const [ca, key] = await Promise.all([generatePrivateKey(caKind), generatePrivateKey(kind)]);
    const content = {
      type: 'user' as const,
      keyId: 'alice',
      principals: ['root', 'ubuntu'],
      validAfter,
      validBefore,
      criticalOptions: { 'source-address': '10.0.0.1/32' },
      extensions: { 'permit-pty': '', 'login-ip': '10.0.0.1' },
    };

    const { publicKey, signatureKey, ...rest } = parseSshCertificate(
      issueSshCertificate({ ...content, publicKey: key }, ca),
    );

    expect(rest).toEqual({ ...content, serial: 0n, certType: expect.stringMatching(/-cert-v01@openssh\.com$/) });
    expect(Object.keys(rest.extensions)).toEqual(['login-ip', 'permit-pty']);
    expect(samePublicKey(publicKey, key)).toBe(true);
    expect(samePublicKey(signatureKey, ca)).toBe(true);
  });

  it('makes a host certificate without end', async () => {
    const [ca, key] = await Promise.all([generatePrivateKey('ed25519'), generatePrivateKey('ecdsa-p256')]);
    const extensions = { 'x-teleport-role': 'Admin', 'x-teleport-authority': 'example.test' };
    const host = { type: 'host' as const, publicKey: key, keyId: '', principals: ['id'], validAfter, extensions };

    const certificate = parseSshCertificate(issueSshCertificate(host, ca));

    expect(certificate).toMatchObject({ type: 'host', extensions });
    expect(certificate.validBefore).toBeUndefined();
  });

  it.each<KeyKind>(['ed25519', 'ecdsa-p256', 'rsa-2048'])(
    'is accepted by ssh-keygen when signed with a %s key',
    async (kind) => {
      const [ca, key] = await Promise.all([generatePrivateKey(kind), generatePrivateKey('ed25519')]);
      const extensions = { 'permit-pty': '', 'teleport-roles': '{"roles":["access"]}' };
      const content = {
        type: 'user' as const,
        publicKey: key,
        keyId: 'alice',
        principals: ['root'],
        validAfter,
        validBefore,
        extensions,
      };
      const path = join(mkdtempSync(join(tmpdir(), 'ssh-')), 'key-cert.pub');
      writeFileSync(path, `${issueSshCertificate(content, ca)}\n`);

      const printed = runTool('ssh-keygen', ['-L', '-f', path]);
      if (printed === undefined) return;

      expect(printed).toContain(
        `Signing CA: ${kind === 'ed25519' ? 'ED25519' : kind === 'rsa-2048' ? 'RSA' : 'ECDSA'} ${sshFingerprint(ca)}`,
      );
      expect(printed).toMatch(/Key ID: "alice"\n/);
      expect(printed).toMatch(/Principals: \n\s+root\n/);
      expect(printed).toMatch(/permit-pty\n/);
    },
  );
});

describe('SSH keys', () => {
  it.each<KeyKind>(['ed25519', 'ecdsa-p256', 'rsa-2048'])(
    'of kind %s are read by ssh-keygen in OpenSSH form',
    async (kind) => {
      const key = await generatePrivateKey(kind);
      const path = join(mkdtempSync(join(tmpdir(), 'ssh-')), 'key');
      writeFileSync(path, privateKeyPem(key, 'openssh'), { mode: 0o600 });

      const line = runTool('ssh-keygen', ['-y', '-f', path]);
      if (line === undefined) return;

      expect(line.trim()).toBe(authorizedKeyLine(key));
    },
  );

  it('written by ssh-keygen are read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ssh-'));
    for (const type of ['ed25519', 'ecdsa', 'rsa']) {
      const path = join(folder, type);
      if (runTool('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'made here', '-f', path]) === undefined) return;

      const line = authorizedKeyLine(parsePrivateKey(readFileSync(path, 'utf8')), 'made here');

      expect(`${line}\n`).toBe(readFileSync(`${path}.pub`, 'utf8'));
    }
  });

  it('protected by a passphrase are refused with a code of their own', () => {
    const path = join(mkdtempSync(join(tmpdir(), 'ssh-')), 'key');
    if (runTool('ssh-keygen', ['-q', '-t', 'ed25519', '-N', 'secret', '-f', path]) === undefined) return;

    expect(() => parsePrivateKey(readFileSync(path, 'utf8'))).toThrow(
      expect.objectContaining({ code: 'key_encrypted' }),
    );
  });
});
