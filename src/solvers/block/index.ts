export { hasBlocks, type ProximalNewtonOptions, proximalNewton } from "./proximal-newton";
