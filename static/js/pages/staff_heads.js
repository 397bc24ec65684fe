/** The page of who took part: sums follow what is typed. The server reads the numbers again. */

import { all, byId, one } from "#lib/dom";

const form = byId("heads");
const numberOf = (field) => (/^\d{1,3}$/.test(field.value.trim()) ? Number(field.value) : 0);
const sumOf = (fields) => fields.reduce((sum, field) => sum + numberOf(field), 0);

function count() {
  let everybody = 0;
  for (const group of all("[data-heads]", form)) {
    let largest = 0;
    for (const part of all("[data-part]", group)) {
      const sum = sumOf(all("input", part));
      one("[data-sum]", part).value = sum;
      largest = Math.max(largest, sum);
    }
    const total = one(".heads-total input", group);
    everybody += total.value.trim() ? numberOf(total) : largest;
  }
  one("[data-all]", form).value = everybody;
}

form.addEventListener("input", count);
addEventListener("pageshow", count); // also what was typed before this script was here, or stands there again
