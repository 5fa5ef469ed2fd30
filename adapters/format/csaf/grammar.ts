/**
 * Forms that the CSAF schema insists on. A text that has another form is left out with a loss: one vendor's typing
 * mistake must not keep a whole advisory from being published.
 *
 * Every pattern is linear and is asked after a length check (FORMATS §12.9).
 */
const MOST_CHARACTERS = 2_000;

export type Form = 'url' | 'cve' | 'cpe' | 'purl' | 'weakness';

const FORMS: Readonly<Record<Form, RegExp>> = {
  url: /^(?:https?|ftp):\/\/(?:%[0-9a-f]{2}|[\w\-.~:/?#@!$&'()*+,;=])+$/i,
  cve: /^CVE-\d{4}-\d{4,}$/,
  cpe: /^cpe:2\.3:[aho*-](?::(?:[\w.*?~!"#$%&'()+,/;<=>@[\]^`{|}-]|\\[^\s\w])+){10}$/,
  purl: /^pkg:[a-z.+-][a-z\d.+-]*\/(?:%[0-9a-f]{2}|[\w\-.~:/?#@!$&'()*+,;=])+$/i,
  weakness: /^CWE-[1-9]\d{0,5}$/,
};

/** Whether a text has the form; `undefined` has none. */
export function hasForm(form: Form, text: string | undefined): text is string {
  return text !== undefined && text.length <= MOST_CHARACTERS && FORMS[form].test(text);
}

/** The text where it has the form. */
export function inForm(form: Form, text: string | undefined): string | undefined {
  return hasForm(form, text) ? text : undefined;
}
