import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { certAuthorityLine } from '../../../src/lib/crypto/known-hosts.js';
import { parseAuthorizedKey } from '../../../src/lib/crypto/ssh-public-key.js';
import { SshReader, sshMpint, sshString, sshUint32, sshUint64 } from '../../../src/lib/crypto/ssh-wire.js';

describe('SSH wire encoding', () => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(
        fc.nat(0xffff_ffff),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array(),
        (small, big, text, bytes) => {
          const encoded = Buffer.concat([sshUint32(small), sshUint64(big), sshString(text), sshString(bytes)]);
          const reader = new SshReader(encoded);

          expect(reader.uint32()).toBe(small);
          expect(reader.uint64()).toBe(big);
          expect(reader.text()).toBe(text);
          expect([...reader.string()]).toEqual([...bytes]);
          expect(reader.done).toBe(true);
        },
      ),
    );
  });

  it.each([
    ['00', '00000000'],
    ['09a378f9b2e332a7', '0000000809a378f9b2e332a7'],
    ['80', '000000020080'],
    ['000080', '000000020080'],
  ])('writes the number %s as RFC 4251 does', (number, encoded) => {
    expect(sshMpint(Buffer.from(number, 'hex')).toString('hex')).toBe(encoded);
  });

  it('refuses data that ends too early', () => {
    const encoded = sshString('abc');

    for (let length = 0; length < encoded.length; length++) {
      expect(() => new SshReader(encoded.subarray(0, length)).string()).toThrow(
        expect.objectContaining({ code: 'ssh_invalid' }),
      );
    }
  });
});

describe('SSH key lines', () => {
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAWvrgLuE1OyDYrQV4wSNcJCXe9rxxH4kxpoD4vBxa8V';

  it.each([
    '',
    'ssh-ed25519',
    'ssh-ed25519 AAAA',
    key.replace('ssh-ed25519', 'ssh-rsa'),
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5',
  ])('are refused when damaged: "%s"', (line) => {
    expect(() => parseAuthorizedKey(line)).toThrow(expect.objectContaining({ code: 'ssh_invalid' }));
  });

  it('of known hosts name hosts and key', () => {
    expect(certAuthorityLine({ hosts: ['localhost', 'example.test', '*.example.test'], key })).toBe(
      `@cert-authority localhost,example.test,*.example.test ${key} type=host`,
    );
  });
});
