import { string as stringArg } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';
import type { Edit as ResourceEdit } from '../lib/actions/index.js';
import { BaseCommand, loadEditor, updatedLine } from '../lib/cli/index.js';

export default class Edit extends BaseCommand {
  static override summary = 'Change resources in a text editor';
  static override description =
    'Opens TELEPORT_EDITOR, VISUAL or EDITOR, else vi, on the resources as YAML, and sends what was changed. What somebody ' +
    'else has changed meanwhile is never overwritten, and the text is never lost: when it cannot be used it is kept in a ' +
    'file that is named. The text holds secrets, such as the names of tokens.';
  static override examples = [
    '<%= config.bin %> edit role/access',
    '<%= config.bin %> edit bot/example,token/example',
    'EDITOR="code --wait" <%= config.bin %> edit users',
  ];
  static override args = {
    resources: stringArg({
      required: true,
      ignoreStdin: true,
      description: 'What to edit: KIND, KIND/NAME or a comma list',
    }),
  };
  static override flags = {
    confirm: boolean({ hidden: true, summary: "Overwrite even what the cluster's configuration file sets" }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Edit);
    const [actions, { parseRefs }, { formatYamlList }] = await Promise.all([
      import('../lib/actions/index.js'),
      import('../lib/resources/index.js'),
      import('../lib/output/index.js'),
    ]);
    const refs = parseRefs(args.resources);
    refs.forEach(actions.requireEditable);
    const found = await this.withClient(flags, (client) => actions.readForEdit(refs, { client }));
    const documents = found.flatMap(({ definition, messages }) =>
      messages.map((message) => definition.toDocument(message)),
    );
    if (documents.length === 0) {
      this.io.out('there is nothing to edit\n');
      return;
    }

    const text = formatYamlList(documents);
    const { createEditedFile, editUntilValid, keepingText } = await loadEditor();
    const kinds = [...new Set(refs.map(({ kind }) => kind))]; // names may be secrets
    const file = await createEditedFile(`${kinds.join('-').slice(0, 100)}.yaml`, text);
    await keepingText(file, text, this.io, async (sending) => {
      const edits = await editUntilValid(file, text, this.io, (resources) => actions.findEdits(found, resources));
      if (edits.length === 0) {
        this.io.out('edit canceled, no changes made\n');
        return;
      }
      await sending(() =>
        this.withClient(flags, (client) =>
          this.apply(edits, (edit) => actions.applyEdit(edit, { confirm: flags.confirm }, { client })),
        ),
      );
    });
  }

  /** One after the other, so that each line on standard output stands for what was done before an error. */
  private async apply(edits: readonly ResourceEdit[], send: (edit: ResourceEdit) => Promise<void>): Promise<void> {
    for (const edit of edits) {
      await send(edit);
      this.io.out(updatedLine(edit.edited));
    }
  }
}
