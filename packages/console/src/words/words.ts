// The language of the console: the one chosen before, or that of the browser.
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { en, type Words } from "./en.ts";
import { zh } from "./zh.ts";

/** The languages, by their BCP 47 tags. */
export const languages = { en, "zh-CN": zh } as const;

/** A language's tag. */
export type Language = keyof typeof languages;

const place = "ossicle-language";

/** The language to begin with. */
export function firstLanguage(): Language {
  const chosen = localStorage.getItem(place);
  if (chosen !== null && chosen in languages) return chosen as Language;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}

/** Keeps a choice. */
export function keepLanguage(language: Language): void {
  localStorage.setItem(place, language);
}

/** The language that is shown. */
export const LanguageContext = createContext<Language>("en");

/** The texts to show. */
export function useWords(): Words {
  return languages[useContext(LanguageContext)];
}

/** Shows times in the language. */
export function useTimes(): (ms: number) => string {
  const language = useContext(LanguageContext);
  const format = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" });
  return (ms) => format.format(ms);
}
