/** What launchers show for the kernel: an edge, and the smooth curve that replaces it. */
export const KERNEL_LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">
  <rect width="64" height="64" rx="10" fill="#2f5d8a"/>
  <path d="M8 12 L32 40 L56 12" fill="none" stroke="#9db9d3" stroke-width="3" stroke-linejoin="miter"/>
  <path d="M8 10 C20 24 25 31 32 31 S44 24 56 10" fill="none" stroke="#ffffff" stroke-width="4.5" stroke-linecap="round"/>
  <text x="32" y="58" font-family="sans-serif" font-size="15" font-weight="bold" fill="#ffffff" text-anchor="middle">TS</text>
</svg>
`;
