// VitePress's theme with the reader's own fonts, so that a page loads none.
import Theme from "vitepress/theme-without-fonts";

export default Theme;
