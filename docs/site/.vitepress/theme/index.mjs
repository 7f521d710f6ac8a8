import DefaultTheme from "vitepress/theme";
import { defineAsyncComponent } from "vue";
import "./site.css";

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
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
