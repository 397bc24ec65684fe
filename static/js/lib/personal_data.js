/** Finds what looks like personal data in a text before it is sent. Hints only: the text itself is never changed. */

const NUMBER = /(?<!\d)(\d{2})?(\d{2})(\d{2})(\d{2})([-+\u2013 \u00a0]?)(\d{4})(?!\d)/g;
const EMAIL = /[\p{L}\d._%+-]+@[\p{L}\d-]+(\.[\p{L}\d-]+)+/iu;
const PHONE = /(?<![\d/:-])(?:\+46|0)[ -]?\(?0?\)?[1-9]\d{0,2}(?:[ -]?\d{2,3}){2,4}(?![\d/:])/;
const PHONE_WORD = /\b(tel|telefon|mobil|ring|nr|nummer)\b[^\d]{0,12}$/i;

/** The kinds found: a set of "personal_number", "phone" and "email". */
export function findPersonalData(text) {
  const found = new Set();
  let rest = text;
  for (const match of text.matchAll(NUMBER)) {
    const strength = personalNumber(match, text);
    if (strength === "strong") found.add("personal_number");
    if (strength === "strong") rest = rest.replace(match[0], " ");
  }
  if (EMAIL.test(rest)) found.add("email");
  if (PHONE.test(rest)) found.add("phone");
  return found;
}

/** "strong", "weak" (ten bare digits that may as well be a telephone) or null, by date and check digit. */
function personalNumber([whole, century, year, month, day, mark, last], text) {
  if (century && !["18", "19", "20"].includes(century)) return null;
  if (!validDate(Number(year), Number(month), Number(day)) || !checks(year + month + day + last)) return null;
  if (century || ["-", "+", "\u2013"].includes(mark)) return "strong";
  const before = text.slice(0, text.indexOf(whole));
  return whole.startsWith("0") || PHONE_WORD.test(before) ? "weak" : "strong";
}

function validDate(year, month, day) {
  const real = day > 60 ? day - 60 : day; // coordination numbers have 60 added to the day
  const moment = new Date(Date.UTC(2000 + year, month - 1, real));
  return month >= 1 && month <= 12 && real >= 1 && moment.getUTCDate() === real && moment.getUTCMonth() === month - 1;
}

function checks(ten) {
  const sum = [...ten].reduce((total, digit, i) => {
    const product = Number(digit) * (i % 2 ? 1 : 2);
    return total + (product > 9 ? product - 9 : product);
  }, 0);
  return sum % 10 === 0;
}
