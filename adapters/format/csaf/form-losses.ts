/**
 * Which texts of an advisory have a form that the CSAF schema refuses: they are left out, and this is the list.
 */
import type { Advisory } from '../../../node/core/advisory.js';
import type { Loss } from '../format.js';
import { type Form, hasForm } from './grammar.js';

const WHY: Readonly<Record<Form, string>> = {
  url: 'The address is not a URL that CSAF accepts; it was left out.',
  cve: 'The text is not a CVE id; it was left out.',
  cpe: 'The text is not a CPE 2.3 name; it was left out.',
  purl: 'The text is not a package URL; it was left out.',
  weakness: 'The text is not a CWE id; it was left out.',
};

/** One loss for each text that was left out for its form, in the order of the advisory. */
export function formLosses(advisory: Advisory): Loss[] {
  const losses: Loss[] = [];
  const check = (form: Form, text: string | undefined, path: string): void => {
    if (text !== undefined && !hasForm(form, text))
      losses.push({ path, what: `not_a_${form}`, why: WHY[form] });
  };
  for (const [at, { url }] of advisory.references.entries()) check('url', url, `references[${at}].url`);
  for (const [at, { url }] of advisory.remedies.entries()) check('url', url, `remedies[${at}].url`);
  for (const [at, { cve, weaknesses }] of advisory.vulnerabilities.entries()) {
    check('cve', cve, `vulnerabilities[${at}].cve`);
    for (const [index, { id }] of weaknesses.entries()) {
      check('weakness', id, `vulnerabilities[${at}].weaknesses[${index}].id`);
    }
  }
  for (const [at, vendor] of advisory.vendors.entries()) {
    for (const [index, { url }] of vendor.references.entries()) {
      check('url', url, `vendors[${at}].references[${index}].url`);
    }
    for (const [index, { cpe, purl }] of vendor.products.entries()) {
      check('cpe', cpe, `vendors[${at}].products[${index}].cpe`);
      check('purl', purl, `vendors[${at}].products[${index}].purl`);
    }
  }
  return losses;
}
