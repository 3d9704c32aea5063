/** A file's text as a string: `import text from './file.ts?raw'`. Vite knows it; tools/build.ts does the same. */
declare module '*?raw' {
  const text: string;

  export { text as default };
}
