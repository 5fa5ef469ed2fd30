/**
 * A text cut to a bound. Half of a character has no form in UTF-8: whatever holds it cannot be said to anybody.
 *
 * @param most UTF-16 units.
 * @returns the text itself where it fits, else its beginning, never with half a character at the end.
 */
export function cutText(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}
