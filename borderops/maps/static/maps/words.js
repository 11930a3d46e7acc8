/* Names compared as people type them, by the rules of borderops.core.words: a letter typed bare agrees with a
   letter under any mark, one typed with marks only with a letter that has them. Lao is taken as it stands. */

const TONES = "\u0300\u0301\u0303\u0309\u0323";
const SECOND = new RegExp(`(u(?=y)|o(?=[ae]))([aey][\u0302\u0306]?)([${TONES}])`, "g");
const isMark = (sign) => sign >= "\u0300" && sign <= "\u036f";

/** The words of a text, each a list of letters: a base and the marks on it. */
function words(text) {
  const bare = text.normalize("NFD").toLowerCase()
    .replace(/[\p{Cf}'’‘ʼ`´.·]/gu, "")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .replace(SECOND, "$1$3$2")
    .replaceAll("đ", "d\u0335");
  return bare.split(" ").filter(Boolean).map((word) => {
    const letters = [];
    for (const sign of word) {
      if (isMark(sign) && letters.length) letters[letters.length - 1].marks += sign;
      else letters.push({ base: sign, marks: "" });
    }
    return letters;
  });
}

/** A name made ready for `rank`: its letters without spaces, and where its words begin. */
export function readName(text) {
  const letters = [];
  const starts = [];
  for (const word of words(text)) {
    starts.push(letters.length);
    letters.push(...word);
  }
  return { letters, starts };
}

export function readQuery(text) {
  return words(text);
}

function begins(typed, name, at) {
  if (at + typed.length > name.letters.length) return false;
  return typed.every((letter, i) => {
    const named = name.letters[at + i];
    return letter.base === named.base && [...letter.marks].every((mark) => named.marks.includes(mark));
  });
}

/** How well a name answers: 0 is the whole name, 1 its beginning, 2 words of it; null is not at all. */
export function rank(query, name) {
  const all = query.flat();
  if (!all.length) return null;
  if (begins(all, name, 0)) return all.length === name.letters.length ? 0 : 1;
  return query.every((word) => name.starts.some((at) => begins(word, name, at))) ? 2 : null;
}
