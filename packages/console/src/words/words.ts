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

const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Shows sizes in the language, in steps of 1,024. */
export function useSizes(): (bytes: number) => string {
  const language = useContext(LanguageContext);
  return (bytes) => {
    const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
    const value = bytes / 1_024 ** step;
    const maximumFractionDigits = value < 10 && step > 0 ? 1 : 0;
    const shown = new Intl.NumberFormat(language, { maximumFractionDigits }).format(value);
    return `${shown} ${units[step]}`;
  };
}

/** Shows durations, given in seconds, in the language: the largest unit that divides them well. */
export function useDurations(): (seconds: number) => string {
  const language = useContext(LanguageContext);
  return (seconds) => {
    const [unit, size] =
      seconds >= 172_800
        ? (["day", 86_400] as const)
        : seconds >= 7_200
          ? (["hour", 3_600] as const)
          : seconds >= 120
            ? (["minute", 60] as const)
            : (["second", 1] as const);
    return new Intl.NumberFormat(language, {
      style: "unit",
      unit,
      unitDisplay: "narrow",
      maximumFractionDigits: 1,
    }).format(seconds / size);
  };
}
