// Words as the server compares them (engines/words.py): a test holds the two against each other.
const LETTERS = new Map([
  ..."أإآٱ".split("").map((one) => [one, "ا"]), ..."ىئ".split("").map((one) => [one, "ي"]),
  ["ؤ", "و"], ["ة", "ه"], ["ک", "ك"], ["ی", "ي"], ["ё", "е"], ["ґ", "г"], ["ß", "ss"], ["æ", "ae"], ["œ", "oe"],
  ["ø", "o"], ["ł", "l"], ["ı", "i"], ["đ", "d"], ["ς", "σ"],
]);
const UNWRITTEN = /[\u0621\u0640\u200c\u200d\u200e\u200f\u00ad]/g;
const SIGNS = /[\u0640\u200c\u200d\u200e\u200f\u00ad\u064b-\u0655\u0670\u0301]/g;
// Accents and vowel signs that Unicode joins to a letter; vowels of India's scripts are letters of their own.
const MARKS = /[\u0300-\u036f\u0483-\u0487\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u06d6-\u06ed\u093c\u094d\u09bc\u09cd\u0a3c\u0a4d\u0bcd\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0]/g;
const APOSTROPHES = /[’ʼ‘`´ʹ′]/g;
const ARTICLES = ["وال", "بال", "فال", "كال", "لل", "ال"];

// As Python's casefold, for the letters that lower case leaves apart.
function casefolded(text) {
  return text.normalize("NFKC").toLowerCase().replaceAll("ß", "ss").replaceAll("ς", "σ");
}

export function fold(text) {
  const lower = casefolded(text).replace(UNWRITTEN, "");
  const plain = [...lower].map((letter) => LETTERS.get(letter) ?? letter).join("");
  const bare = plain.replaceAll("й", "\0").normalize("NFKD").replace(MARKS, "").replaceAll("\0", "й");
  return bare.normalize("NFC").replace(APOSTROPHES, "'").replace(/\p{Nd}/gu, digit);
}

// Digits of every script stand in tens, from nought to nine.
function digit(letter) {
  let first = letter.codePointAt(0);
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1)) && letter.codePointAt(0) - first < 9) first -= 1;
  return String(letter.codePointAt(0) - first);
}

export function words(text) {
  return casefolded(text).replace(SIGNS, "").match(/[\p{L}\p{N}]+/gu) ?? [];
}

// What a word of the question may be called: itself, and in Arabic without its article.
function forms(word) {
  const article = ARTICLES.find((one) => word.startsWith(one) && word.length >= one.length + 2);
  return [word, ...(article ? [word.slice(article.length)] : [])].map(fold);
}

// The words that ask for something, each with its forms; small words only where there are no others.
export function terms(question, small) {
  const all = words(question).map(forms).filter(([form]) => form);
  const asking = all.filter(([form]) => !small.has(form));
  return asking.length ? asking : all;
}

const SHORTEST = 4, LONGEST_ENDING = 4;

// How well a word is found among those of a record: whole, as a beginning, by its stem, or not.
export function closeness(forms, found) {
  let best = 0;
  for (const form of forms) {
    if (found.has(form)) return 3;
    for (const one of found) {
      if (form.length > 1 && one.startsWith(form)) best = 2;
      else if (!best && one.length >= SHORTEST && form.startsWith(one) && form.length - one.length <= LONGEST_ENDING) best = 1;
    }
  }
  return best;
}
