/** The version of this package. Equal to package.json by a test; kept here so that no file is read for it. */
export const PRODUCT_VERSION = '0.1.0';
