/**
 * Ends the program with a word when the folder it was started in has been removed since: libraries ask for it while they
 * are loaded, and what they throw says nothing. Imported before anything else of the program.
 */
try {
  process.cwd();
} catch {
  console.error('The folder you are in does not exist any more: change into one that does.');
  process.exit(1);
}

export {};
