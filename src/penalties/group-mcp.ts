import { checkAbove, checkKeys } from "../options";
import { serializable } from "../recipe";
import type { GroupPenalty } from "./group-penalty";
import { type GroupLabels, groupsOf, groupWeights } from "./groups";
import { type McpOptions, mcp } from "./mcp";
import { radialPenalty } from "./radial-penalty";

/**
 * The group MCP: `mcp` of the norms `||beta_g||_2`, with the level `lambda w_g`.
 *
 * Large groups are not shrunk. Its parametrization is not known; it is here to compare with. With groups of one it is
 * `mcp`.
 *
 * @param groups one label per feature.
 * @param options `gamma` above 1, default 3; `weights`: one per group in order of first appearance, positive, default 1.
 * @throws InputError when a label is missing, or `gamma` or a weight is outside its domain.
 * @see Breheny and Huang, Group descent algorithms for nonconvex penalized regression (2015): `grMCP` of grpreg
 * @example
 * ```ts
 * groupMcp(["a", "a"]).value(Float64Array.of(3, 4), 1); // 1.5
 * ```
 */
export function groupMcp(groups: GroupLabels, options: McpOptions = {}): GroupPenalty {
  checkKeys("groupMcp", options, ["gamma", "weights"]);
  const { gamma = 3 } = options;
  checkAbove("groupMcp", "gamma", gamma, 1);
  const partition = groupsOf("groupMcp", groups);
  const weights = groupWeights("groupMcp", partition, options);
  return serializable(
    "groupMcp",
    [groups, options],
    radialPenalty("groupMcp", partition, weights, (own) => mcp({ gamma, weights: own })),
  );
}
