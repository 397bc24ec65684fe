/** Tells what a chosen file is by its first bytes, as the server does, so that a wrong one is told before anything is sent. */

const NAMES = { pdf: ["pdf"], jpg: ["jpg", "jpeg", "jpe", "jfif"], png: ["png"], webp: ["webp"], heic: ["heic", "heif", "hif"] };
const TAIL = 65536;

const ascii = (bytes, from, to) => String.fromCharCode(...bytes.subarray(from, to));

/** The kind of a picture or PDF by its first bytes (a Uint8Array), else "". */
export function kindOf(bytes) {
  const head = ascii(bytes, 0, 16);
  if (/^(\xef\xbb\xbf|\s)*%PDF-/.test(head)) return "pdf";
  if (head.startsWith("\xff\xd8\xff")) return "jpg";
  if (head.startsWith("\x89PNG\r\n\x1a\n")) return "png";
  if (head.startsWith("RIFF") && head.slice(8, 12) === "WEBP") return "webp";
  return head.slice(4, 8) === "ftyp" && /^(he|hm|mif1|msf1)/.test(head.slice(8, 12)) ? "heic" : "";
}

/** Why the server would refuse a file: {why: "empty" | "large" | "kind" | "broken" | "name", kind}, or null when nothing speaks against it. */
export async function findFault(file, mostBytes) {
  if (!file.size) return { why: "empty" };
  if (file.size > mostBytes) return { why: "large" };
  const part = async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer());
  let kind;
  try {
    kind = kindOf(await part(0, 16));
    if (kind === "pdf" && !/%%EOF|startxref/.test(new TextDecoder("latin1").decode(await part(Math.max(0, file.size - TAIL), file.size)))) return { why: "broken" };
  } catch {
    return { why: "unread" };
  }
  if (!kind) return { why: "kind" };
  const suffix = file.name.match(/[^.]\.([a-z0-9]{1,8})$/i)?.[1].toLowerCase();
  return suffix && !NAMES[kind].includes(suffix) ? { why: "name", kind: kind.toUpperCase() } : null;
}
