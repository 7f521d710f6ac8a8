/** The hues of the library's theme, whose dark counterparts charts have on a dark ground, and olive, which is the same there. */
const BLUE = "#0072b2";
const SKY = "#56b4e9";
const GREEN = "#009e73";
const RED = "#d55e00";
const PINK = "#cc79a7";
const AMBER = "#e69f00";
const BROWN = "#8c6d1f";
const OLIVE = "#999933";
const GREY = "#888888";
const BLACK = "#222222";

/**
 * The colour of each method that figures compare: two, three and four factors, or gates, are light blue, blue and green, what
 * descends on the penalty itself, or is an adaptive lasso, is red, and what others are measured by is black. Methods that no
 * figure has side by side may share one.
 */
const COLOURS: Readonly<Record<string, string>> = {
  truth: BLACK,
  oracle: BLACK,
  exact: BLACK,
  published: BLACK,
  "the space known": BLACK,
  "no penalty": GREY,
  "each task by itself": GREY,

  "direct l1": RED,
  "direct group lasso": RED,
  direct: RED,
  "on the penalty itself": RED,
  "|β|": RED,
  "on the gated surrogate": BLUE,
  "depth 2": SKY,
  "depth 3": BLUE,
  "depth 4": GREEN,
  "gates of depth 2": SKY,
  "gates of depth 3": BLUE,
  "gates of depth 4": GREEN,
  "gates, D = 2": SKY,
  "gates, D = 3": BLUE,
  "gates, D = 4": GREEN,
  "2 factors": SKY,
  "3 factors": BLUE,
  "3 factors, from small λ": SKY,
  "4 factors": GREEN,
  "two factors": SKY,
  "three factors": BLUE,
  "magnitude pruning": PINK,
  sparsifyTo: SKY,
  pruneTo: PINK,

  lasso: BLACK,
  "adaptive lasso": RED,
  "relaxed lasso": OLIVE,
  "elastic net": GREY,
  "bridge, q = 2/3": BLUE,
  "q = 2/3": BLUE,
  "bridge, q = 1/2": GREEN,
  "SmoothBridge, q = 1/2": GREEN,
  "q = 3/4": PINK,
  "q = 9/10": AMBER,
  "group lasso": AMBER,
  "group bridge, q = 2/3": SKY,
  SCAD: BROWN,
  "group SCAD": BROWN,
  MCP: PINK,
  "MCP, γ = 3": PINK,
  "MCP, γ = 1.2": AMBER,
  "group MCP": PINK,

  auto: BLACK,
  VarPro: BLUE,
  "VarPro and L-BFGS": BLUE,
  "VarPro, loss lifted": BLUE,
  "L-BFGS on Q": SKY,
  "L-BFGS on u v": SKY,
  "gradient descent on u v": PINK,
  "momentum on u v": BLUE,
  "Adam on u v": BLACK,
  "SGD on u v, step to 0": GREEN,
  subgradients: RED,
  "L-BFGS on U V'": SKY,
  "u v": SKY,
  "gates, loss as it is": SKY,
  "u and v, as VarPro has them": SKY,
  "u and v, of equal size": RED,
  "L-BFGS on a² − b²": GREEN,
  "a² − b²": GREEN,
  "gradient descent on Q": PINK,
  "coordinate descent": AMBER,
  FISTA: GREY,
  ISTA: BROWN,
  "gradient descent on a² − b²": PINK,
  IRLS: RED,
  "scaled lasso": PINK,
  "gates opened again": BLUE,
  "several starts": BLACK,
  "coordinate descent along a path": AMBER,
  "coordinate descent, random start": RED,
  "surrogate, random start": SKY,
  "equal gates": SKY,
  "random gates": AMBER,
  "published gates": GREEN,
};

/**
 * The scale of colours of some methods, in this order, each in its colour of all figures.
 *
 * @param methods with repetitions, such as those of the rows of a figure.
 * @throws Error naming a method that has no colour yet, or that has the colour of another one.
 */
export function colourScale(methods: readonly string[]): { domain: string[]; range: string[] } {
  const domain = [...new Set(methods)];
  const range = domain.map((method) => {
    const colour = COLOURS[method];
    if (colour === undefined) throw new Error(`colourScale: ${method} has no colour in method-colours.ts`);
    return colour;
  });
  const alike = domain.find((_, k) => range.indexOf(range[k]) < k);
  if (alike !== undefined)
    throw new Error(`colourScale: ${alike} has the colour of another method beside it`);
  return { domain, range };
}
