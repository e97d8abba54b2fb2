import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** What the sources of a folder say about the codes of `CodedError`. */
export interface ErrorCodes {
  /** Every code, sorted. */
  codes: string[];
  /** Places where the code is neither written out nor of a type that lists its values, as `file:line`. */
  unclear: string[];
}

/**
 * Reads from the sources which codes a `CodedError` can carry: those written where one is made, those that a subclass
 * sets for all its errors, and those of the union types and tables that the others are taken from.
 */
export function errorCodes(folder: string): ErrorCodes {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith(join('lib', 'gen')))
    .map((name) => ts.createSourceFile(name, readFileSync(join(folder, name), 'utf8'), ts.ScriptTarget.Latest, true));
  const classes = codedClasses(sources);
  const codes = new Set<string>();
  const unclear: string[] = [];

  for (const source of sources) {
    visit(source, (node) => {
      const code = codeOf(node, classes);
      if (!code) return;
      const found = literalsOf(code, source);
      for (const literal of found) codes.add(literal);
      if (found.length === 0) {
        unclear.push(`${source.fileName}:${source.getLineAndCharacterOfPosition(code.getStart()).line + 1}`);
      }
    });
  }
  return { codes: [...codes].sort(), unclear };
}

/** Names of the classes that derive from `CodedError`; true for those whose maker names the code. */
function codedClasses(sources: readonly ts.SourceFile[]): Map<string, boolean> {
  const classes = new Map([['CodedError', true]]);
  for (const source of sources) {
    visit(source, (node) => {
      if (!ts.isClassDeclaration(node) || node.name === undefined || baseOf(node) !== 'CodedError') return;
      const first = node.members.find(ts.isConstructorDeclaration)?.parameters[0];
      classes.set(node.name.text, first === undefined || first.name.getText() === 'code');
    });
  }
  return classes;
}

function baseOf(node: ts.ClassDeclaration): string | undefined {
  const clause = node.heritageClauses?.find((heritage) => heritage.token === ts.SyntaxKind.ExtendsKeyword);
  return clause?.types[0]?.expression.getText();
}

/** The expression for the code where an error is made, or where a subclass hands it to `CodedError`. */
function codeOf(node: ts.Node, classes: ReadonlyMap<string, boolean>): ts.Expression | undefined {
  if (ts.isNewExpression(node) && classes.get(node.expression.getText())) return node.arguments?.[0];
  if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.SuperKeyword) return undefined;
  const declaration = ts.findAncestor(node, ts.isClassDeclaration);
  return declaration && baseOf(declaration) === 'CodedError' ? node.arguments[0] : undefined;
}

/** The values of an expression: written out, of its parameter's or variable's union type, or of the table it is looked up in. */
function literalsOf(code: ts.Expression, source: ts.SourceFile): string[] {
  const written = stringsIn(code);
  if (written.length > 0) return written;
  const name = ts.isElementAccessExpression(code) ? code.expression.getText() : code.getText();
  const found: string[] = [];
  visit(source, (node) => {
    if ((ts.isParameter(node) || ts.isVariableDeclaration(node)) && node.name.getText() === name) {
      const type = node.type?.getText();
      visit(source, (other) => {
        if (ts.isTypeAliasDeclaration(other) && other.name.text === type) found.push(...stringsIn(other.type));
      });
      if (node.initializer) found.push(...stringsIn(node.initializer));
    }
  });
  return found;
}

function stringsIn(node: ts.Node): string[] {
  const strings: string[] = [];
  visit(node, (part) => {
    if (ts.isStringLiteral(part)) strings.push(part.text);
  });
  return strings;
}

function visit(node: ts.Node, see: (node: ts.Node) => void): void {
  see(node);
  ts.forEachChild(node, (child) => visit(child, see));
}
