/** The parts of an identity file. */
export interface IdentityFileParts {
  /** PEM of the one private key that both certificates are for. */
  keyPem: string;
  /** The SSH certificate's line. */
  sshCertificate: string;
  tlsCertPem: string;
  /** `@cert-authority` lines of the authorities for SSH hosts. */
  sshCaLines: readonly string[];
  tlsCaPems: readonly string[];
}

/** The text of an identity file, its parts in the order of transport §3.1, each ending in a newline. */
export function formatIdentityFile(parts: IdentityFileParts): string {
  const { keyPem, sshCertificate, tlsCertPem, sshCaLines, tlsCaPems } = parts;
  return [keyPem, sshCertificate, tlsCertPem, ...sshCaLines, ...tlsCaPems].map((part) => `${part.trim()}\n`).join('');
}
