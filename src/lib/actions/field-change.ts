/** A field that an update changed, with what it held. */
export interface FieldChange {
  field: string;
  before: string[];
  after: string[];
}
