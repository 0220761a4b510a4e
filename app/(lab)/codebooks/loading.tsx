export { TableSkeleton as default } from '../../_ui/table-skeleton'
