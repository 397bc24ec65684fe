/** What is selected of an element's text, counted as the server counts. */

/** How many characters a string has: an emoji is one, though JavaScript stores it as two. */
export const countCharacters = (words) => [...words].length;

/**
 * The selected words and where they begin and end in the element's text (end excluded), or null when nothing of it is.
 * White space around them is left out.
 */
export function selectionWithin(element, selection) {
  if (!element || !selection?.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!element.contains(range.startContainer) || !element.contains(range.endContainer)) return null;
  const before = document.createRange();
  before.selectNodeContents(element);
  before.setEnd(range.startContainer, range.startOffset);
  const picked = range.toString();
  const words = picked.trim();
  if (!words) return null;
  const start = countCharacters(before.toString()) + countCharacters(picked.slice(0, picked.indexOf(words)));
  return { words, start, end: start + countCharacters(words) };
}
