/**
 * Jupyter's interactive widgets, by the names of their models.
 *
 * @see https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/schema/messages.md
 */

import { DISPLAY } from "../display/display";
import type { Comm, JsonObject } from "../execution/comm-hub";
import { notebookKernel } from "../notebook-kernel";

/** An object of the notebook that a front end shows, both with the same state. */
export interface Widget {
  /** The state that both sides share, e.g. `value`, `min`, `max`, `description`. */
  readonly state: JsonObject;
  /** Changes some of the state, on both sides. */
  set(changes: JsonObject): void;
  /** Calls `handler` with each new value of a part of the state that comes from the front end. */
  onChange(name: string, handler: (value: unknown) => void): void;
  /** Calls `handler` when a button is clicked. */
  onClick(handler: () => void): void;
  /** Removes it from the front end. */
  close(): void;
}

const VERSION = "2.1.0";
const BASE = "@jupyter-widgets/base";
const CONTROLS = "@jupyter-widgets/controls";
const MODULE_VERSION = "2.0.0";
const CONTROL_TARGET = "jupyter.widget.control";

/** Names of style models other than `DescriptionStyle`. */
const STYLES: readonly (readonly [RegExp, string])[] = [
  [/Slider$/, "SliderStyle"],
  [/Progress$/, "ProgressStyle"],
  [/^Button$/, "ButtonStyle"],
  [/^Checkbox$/, "CheckboxStyle"],
  [/^(Text|Textarea|IntText|FloatText|BoundedIntText|BoundedFloatText)$/, "TextStyle"],
];

/** Names of views that are not the widget's name with `View`. */
const VIEWS: Readonly<Record<string, string>> = {
  IntProgress: "ProgressView",
  FloatProgress: "ProgressView",
  BoundedIntText: "IntTextView",
  BoundedFloatText: "FloatTextView",
};

/** The state of every widget, for front ends that are opened later. */
const states: Map<string, JsonObject> = new Map();

/**
 * Makes one of Jupyter's widgets: `IntSlider`, `FloatSlider`, `IntProgress`, `FloatProgress`, `Checkbox`, `Dropdown`, `Button`,
 * `Text` and the other controls of ipywidgets, whose documentation lists what their states hold.
 *
 * The front end needs the extension that comes with ipywidgets (`pip install jupyterlab_widgets`).
 *
 * @param name of the widget
 * @param state values that differ from the defaults
 * @returns a value that shows the widget, as the last expression of a cell or by `display`
 * @throws KernelError outside a notebook
 * @example
 * const slider = widget("IntSlider", { value: 3, max: 10, description: "depth" });
 * const bar = widget("IntProgress", { value: 3, max: 10 });
 * slider.onChange("value", (value) => bar.set({ value }));
 * display(slider);
 * display(bar);
 */
export function widget(name: string, state: JsonObject = {}): Widget {
  answerControl();
  const style = STYLES.find(([pattern]) => pattern.test(name))?.[1] ?? "DescriptionStyle";
  const layout = openModel(BASE, "Layout", {});
  const full = openModel(CONTROLS, name, {
    ...state,
    layout: `IPY_MODEL_${layout.comm.id}`,
    style: `IPY_MODEL_${openModel(CONTROLS, style, {}).comm.id}`,
  });
  return full.widget;
}

interface Model {
  readonly comm: Comm;
  readonly widget: Widget;
}

function openModel(module: string, name: string, own: JsonObject): Model {
  const isStyle = name.endsWith("Style");
  const view = name === "Layout" ? "LayoutView" : isStyle ? "StyleView" : (VIEWS[name] ?? `${name}View`);
  const viewModule = isStyle ? BASE : module;
  let state: JsonObject = {
    _model_module: module,
    _model_module_version: MODULE_VERSION,
    _model_name: `${name}Model`,
    _view_module: viewModule,
    _view_module_version: MODULE_VERSION,
    _view_name: view,
    ...own,
  };
  const { comms } = notebookKernel("widget");
  const comm = comms.open("jupyter.widget", { state, buffer_paths: [] }, { metadata: { version: VERSION } });
  states.set(comm.id, state);
  const onChange = new Map<string, ((value: unknown) => void)[]>();
  const onClick: (() => void)[] = [];
  const update = (changes: JsonObject): void => {
    state = { ...state, ...changes };
    states.set(comm.id, state);
  };
  const send = (changes: JsonObject): void =>
    comm.send({ method: "update", state: changes, buffer_paths: [] });
  comm.onMessage(({ method, state: changes, content }) => {
    if (method === "request_state") send(state);
    else if (method === "custom" && (content as JsonObject | undefined)?.event === "click") {
      for (const handler of onClick) handler();
    } else if (method === "update") {
      update(changes as JsonObject);
      for (const [key, value] of Object.entries(changes as JsonObject)) {
        for (const handler of onChange.get(key) ?? []) handler(value);
      }
    }
  });
  comm.onClose(() => states.delete(comm.id));
  const widget: Widget = {
    get state() {
      return state;
    },
    set(changes) {
      update(changes);
      send(changes);
    },
    onChange: (key, handler) => void onChange.set(key, [...(onChange.get(key) ?? []), handler]),
    onClick: (handler) => void onClick.push(handler),
    close() {
      states.delete(comm.id);
      comm.close();
    },
  };
  const shown = { version_major: 2, version_minor: 0, model_id: comm.id };
  Object.defineProperty(widget, DISPLAY, {
    value: () => ({ "application/vnd.jupyter.widget-view+json": shown, "text/plain": `${name}(…)` }),
  });
  return { comm, widget };
}

/** Answers a reopened front end, which requests the states of all widgets at once. */
function answerControl(): void {
  notebookKernel("widget").comms.onTarget(CONTROL_TARGET, (control) => {
    control.onMessage(({ method }) => {
      if (method !== "request_states") return;
      const all = [...states].map(([id, state]) => {
        const { _model_module, _model_module_version, _model_name } = state;
        const model = {
          model_name: _model_name,
          model_module: _model_module,
          model_module_version: _model_module_version,
        };
        return [id, { ...model, state }];
      });
      control.send({ method: "update_states", states: Object.fromEntries(all), buffer_paths: [] });
    });
  });
}
