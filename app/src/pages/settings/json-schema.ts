/** The part of a JSON schema that the settings' description uses. */
export interface Schema {
  type?: string | string[];
  anyOf?: Schema[];
  enum?: string[];
  description?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
}
