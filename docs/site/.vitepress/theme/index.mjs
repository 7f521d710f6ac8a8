import DefaultTheme from "vitepress/theme";
import { defineAsyncComponent } from "vue";
import { guidesFirst } from "./search.mjs";
import "./site.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app, siteData }) {
    guidesFirst(siteData);
    app.component(
      "LiveLasso",
      defineAsyncComponent(() => import("./home/LiveLasso.vue")),
    );
    app.component(
      "Playground",
      defineAsyncComponent(() => import("./playground/Playground.vue")),
    );
  },
};
