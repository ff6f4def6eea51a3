/** The bytes of this build in hexadecimal digits. The module is written by `npm run build:wasm`. */
export const KERNEL: string;
