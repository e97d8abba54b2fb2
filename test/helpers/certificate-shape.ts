import { X509Certificate } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { AuthorityKeyIdentifier, Certificate, id_ce_authorityKeyIdentifier, type Name } from '@peculiar/asn1-x509';
import { keyKindOf, parseSshCertificate } from '../../src/lib/crypto/index.js';

/** Two runs of one request are the same but for UUIDs. */
const withoutUuids = (text: string) => text.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>');

/** How long, in minutes: requests do not come at whole seconds. */
const minutes = (from: Date, to: Date | undefined) => to && Math.round((to.getTime() - from.getTime()) / 60_000);

/** All of a certificate in the order of its encoding, except keys, serial numbers and the time of its making. */
export function x509Shape(pem: string) {
  const x509 = new X509Certificate(pem);
  const { tbsCertificate, signatureAlgorithm } = AsnConvert.parse(x509.raw, Certificate);
  const { version, subject, issuer, extensions, subjectPublicKeyInfo } = tbsCertificate;
  return {
    version,
    signatureAlgorithm: signatureAlgorithm.algorithm,
    keyKind: keyKindOf(x509.publicKey),
    publicKeyAlgorithm: subjectPublicKeyInfo.algorithm.algorithm,
    issuer: nameShape(issuer),
    subject: nameShape(subject),
    minutes: minutes(x509.validFromDate, x509.validToDate),
    extensions: (extensions ?? []).map(({ extnID, critical, extnValue }) => ({
      extnID,
      critical,
      value:
        extnID === id_ce_authorityKeyIdentifier
          ? Object.keys(AsnConvert.parse(extnValue, AuthorityKeyIdentifier))
          : Buffer.from(extnValue.buffer).toString('hex'),
    })),
  };
}

/** One entry for each attribute set: `OID type:text`, joined where a set has several values. */
function nameShape(name: Name): string[] {
  return name.map((set) =>
    set
      .map(({ type, value }) => {
        const kind = value.printableString !== undefined ? 'printable' : 'utf8';
        const text = withoutUuids(value.toString());
        return `${type} ${kind}:${type === '2.5.4.5' ? '<serial>' : text}`;
      })
      .join(' + '),
  );
}

/** As `x509Shape`, for a line as clusters send it. */
export function sshShape(line: string) {
  const { publicKey, signatureKey, validAfter, validBefore, extensions, principals, keyId, ...rest } =
    parseSshCertificate(line.trim());
  return {
    ...rest,
    keyId: withoutUuids(keyId),
    keyKind: keyKindOf(publicKey),
    authorityKind: keyKindOf(signatureKey),
    minutes: minutes(validAfter, validBefore),
    principals: principals.map(withoutUuids),
    extensions: Object.entries(extensions).map(([name, value]) => `${name}=${withoutUuids(value)}`),
  };
}
