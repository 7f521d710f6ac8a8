export { proximalNewton } from "./proximal-newton";
