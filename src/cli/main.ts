#!/usr/bin/env node
import { VERSION } from './version.ts';

const [, , first, ...rest] = process.argv;

// Scripts ask for the version and nothing else: that must not cost what the program costs.
if ((first === '--version' || first === '-V') && rest.length === 0) console.log(VERSION);
else process.exitCode = await (await import('./program.ts')).runProgram(process.argv);
