const VERSION = '0.1.0';

/** The version of this package. Kept here, and equal to package.json by a test, so that no file is read for it. */
export function productVersion(): string {
  return VERSION;
}
