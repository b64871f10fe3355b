export default function Still() {
  return <p>no data at all</p>;
}
