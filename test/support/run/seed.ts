import fc from 'fast-check';

// For the properties of all files: what fails once fails again, and a run that fails is the fault of what was changed since the last.
fc.configureGlobal({ seed: 1 });
