/**
 * A text as YAML takes it whatever is in it: a JSON string, which YAML 1.2 reads as it is (https://yaml.org/spec/1.2.2/, §5.1 and §7.3.1), of one line.
 */
export function yamlText(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
